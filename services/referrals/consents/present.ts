import type { ConsentsView, Consultation, ExceptionLine } from '@relais/contracts/views/consents';
import type { CaseLevel } from '@relais/contracts/views/levels';
import type { ConsultationRow } from '../access/project.ts';
import type { SealedAt } from '../fold.ts';
import type { Opened } from '../reading.ts';
import type { ConsentExceptionRow, ConsentRow } from './rows.ts';

type Rows = {
  readonly consents: readonly ConsentRow[];
  readonly exceptions: readonly ConsentExceptionRow[];
};

/** The levels at which consents are shown at all. */
export type ConsentLevel =
  | 'owner'
  | 'coordinator-of-remit'
  | 'break-glass'
  | 'coordinator'
  | 'auditor';
export const showsConsents = (level: CaseLevel): level is ConsentLevel =>
  ['owner', 'coordinator-of-remit', 'break-glass', 'coordinator', 'auditor'].includes(level);
const reasoned = new Set<CaseLevel>(['owner', 'coordinator-of-remit', 'break-glass']);

/** What the view is going to open. */
export const sealedInConsents = ({ consents, exceptions }: Rows, level: CaseLevel): SealedAt[] => [
  ...(level === 'owner' ? consents.flatMap(sealedOf) : []),
  ...(reasoned.has(level) ? exceptions.map(({ reason }) => reason) : []),
];

const sealedOf = (row: ConsentRow): SealedAt[] =>
  [
    row.representative,
    row.interpreter,
    row.withdrawal_reason,
    ...row.withheld.map(({ why }) => why),
  ].filter((sealed) => sealed !== null);

/** Consents and exceptions as the level shows them; its schema takes its own fields. */
export function presentConsents(
  rows: Rows,
  level: ConsentLevel,
  opened: Opened,
  now: string,
): ConsentsView {
  const view = {
    level,
    consents: rows.consents.map((row) => ({
      ...terms(row, now),
      ...(level === 'owner'
        ? wholeConsent(row, opened)
        : { withheld: row.withheld.map(({ category }) => ({ category })) }),
    })),
    exceptions: rows.exceptions.map((row) => {
      if (!reasoned.has(level)) return exceptionLine(row, now);
      const { value, forgotten } = opened.text(row.reason);
      return { ...exceptionLine(row, now), reason: value, forgotten };
    }),
  };
  return view as unknown as ConsentsView;
}

const terms = (row: ConsentRow, now: string) => ({
  ...{ id: row.id, association: row.association, givenBy: row.given_by, language: row.language },
  ...{ formVersion: row.form_version, purposes: row.purposes, categories: row.categories },
  recipients: { associations: row.recipients, openToEligible: row.open_to_eligible },
  ...{ validFrom: row.valid_from, validUntil: row.valid_until, evidence: row.evidence },
  ...{ givenAt: row.given_at, withdrawnAt: row.withdrawn_at, withdrawnBy: row.withdrawn_by },
  live:
    row.withdrawn_at === null &&
    row.valid_from <= now &&
    (row.valid_until === null || now < row.valid_until),
});

function wholeConsent(row: ConsentRow, opened: Opened) {
  const text = (sealed: SealedAt | null) =>
    sealed === null ? { value: null, forgotten: false } : opened.text(sealed);
  const parts = [text(row.representative), text(row.interpreter), text(row.withdrawal_reason)];
  const [representative, interpreter, withdrawalReason] = parts.map(({ value }) => value);
  return {
    ...{ representative, interpreter, withdrawalReason },
    withheld: row.withheld.map(({ category, why }) => {
      const { value, forgotten } = text(why);
      return { category, why: value, forgotten };
    }),
    forgotten: parts.some(({ forgotten }) => forgotten),
  };
}

/** An exception without its reason in words. */
export const exceptionLine = (row: ConsentExceptionRow, now: string): ExceptionLine =>
  ({
    ...{ id: row.id, case: row.case_id, association: row.association, author: row.author },
    ...{ legalBasis: row.legal_basis, purposes: row.purposes, categories: row.categories },
    recipients: { associations: row.recipients, openToEligible: row.open_to_eligible },
    ...{ validFrom: row.valid_from, until: row.until },
    ...{ recordedAt: row.recorded_at, endedAt: row.ended_at },
    live: row.ended_at === null && row.valid_from <= now && now < row.until,
  }) as unknown as ExceptionLine;

/** A reading in the list of consultations. */
export const consultationLine = (row: ConsultationRow): Consultation =>
  ({
    ...{ id: row.id, referral: row.referral_id, client: row.client },
    ...{ association: row.association, level: row.level, categories: row.categories },
    ...{ persons: row.persons, breakGlass: row.break_glass, readAt: row.read_at },
  }) as unknown as Consultation;
