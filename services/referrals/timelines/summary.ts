/**
 * What a timeline says of an event beside who, what and when: codes, dates, pseudonyms. A list of what may be
 * told, because a field that a later version adds must not appear by itself.
 */
const told = new Set([
  'reason',
  'outcome',
  'declinedBy',
  'requestedBy',
  'withdrawnBy',
  'by',
  'because',
  'requested',
  'lateRefusal',
  'priority',
  'kind',
  'themes',
  'categories',
  'purposes',
  'legalBasis',
  'position',
  'reviewBy',
  'resumeBy',
  'decideBy',
  'closeAt',
  'until',
  'validFrom',
  'validUntil',
  'reminder',
  'status',
  'policy',
  'child',
  'parent',
  'other',
  'as',
  'merge',
  'handover',
  'from',
  'to',
  'owner',
  'sender',
  'receiver',
  'referent',
  'previous',
  'previousReferent',
  'decision',
  'meeting',
  'consent',
  'exception',
  'goal',
  'vulnerability',
  'visibility',
  'note',
  'offer',
  'reservation',
]);

/** Sealed values are objects, and so are left out wherever a field is sometimes a code and sometimes a text. */
export function summaryOf(data: { readonly [field: string]: unknown }): {
  readonly [field: string]: unknown;
} {
  const summary: { [field: string]: unknown } = {};
  for (const field in data) {
    const value = data[field];
    if (told.has(field) && isPlain(value)) summary[field] = value;
  }
  const { deadlines } = data;
  if (typeof deadlines === 'object' && deadlines !== null) summary.deadlines = deadlines;
  return summary;
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (Array.isArray(value) && value.every((item) => typeof item === 'string'));
