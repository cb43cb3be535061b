/**
 * What a timeline says of an event beside who, what and when: codes, dates, pseudonyms. A list of what may be
 * told, because a field that a later version adds must not appear by itself.
 */
const told = [
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
] as const;

/** Sealed values are objects, and so are left out wherever a field is sometimes a code and sometimes a text. */
export function summaryOf(data: { readonly [field: string]: unknown }): {
  readonly [field: string]: unknown;
} {
  const entries = told.flatMap((field) => {
    const value = data[field];
    return isPlain(value) ? [[field, value] as const] : [];
  });
  const deadlines = data.deadlines;
  return {
    ...Object.fromEntries(entries),
    ...(typeof deadlines === 'object' && deadlines !== null && { deadlines }),
  };
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (Array.isArray(value) && value.every((item) => typeof item === 'string'));
