/**
 * What a person agreed to share, with whom, for what. One stream per case (`consent-<caseId>`) holds all consents,
 * withdrawals and exceptions of it, so that whoever shares reads them consistently.
 */
import { z } from 'zod';
import { LanguageTag } from './associations.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { AssociationId, ConsentId, WorkerId } from './ids.ts';
import { personal } from './personal.ts';
import { Category, Sealed } from './sealed.ts';
import { EvidenceHash, Instant, OccurredAt, text } from './values.ts';

export const ExceptionId = z.uuid().toLowerCase().brand('ExceptionId');
export type ExceptionId = z.infer<typeof ExceptionId>;
export const Purpose = z.enum(['referral', 'coordination', 'observatory']);
export type Purpose = z.infer<typeof Purpose>;
export const Giver = z.enum(['person', 'representative']);
export type Giver = z.infer<typeof Giver>;
/** Grounds on which data may be shared without consent (GDPR art. 6 and 9, Code de l'action sociale et des familles). */
export const LegalBasis = z.enum([
  'vital_interest',
  'child_protection',
  'legal_obligation',
  'court_order',
  'public_task',
]);
export type LegalBasis = z.infer<typeof LegalBasis>;

/** Who may receive: associations by name, and whoever is eligible when a referral is open to all eligible. */
export const Recipients = z.strictObject({
  associations: z.array(AssociationId).max(100),
  openToEligible: z.boolean(),
});
export type Recipients = Immutable<z.infer<typeof Recipients>>;

const Categories = z.array(Category).max(7);

export const GiveConsent = z.strictObject({
  givenBy: Giver,
  /** Names of who spoke for the person and who translated, where somebody did. */
  representative: personal('family', text(300)).nullable().default(null),
  interpreter: personal('administrative', text(300)).nullable().default(null),
  language: LanguageTag,
  /** Of the paper or page that was signed; no words about anybody: it stands in clear. */
  formVersion: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
  purposes: z.array(Purpose).min(1).max(3),
  recipients: Recipients,
  categories: Categories.min(1),
  withheld: z
    .array(z.strictObject({ category: Category, why: personal('social', text(1_000)).nullable() }))
    .max(7)
    .default([]),
  validFrom: Instant,
  validUntil: Instant.nullable().default(null),
  evidence: EvidenceHash,
  occurredAt: OccurredAt,
});
export const WithdrawConsent = z.strictObject({
  consent: ConsentId,
  withdrawnBy: Giver,
  reason: personal('social', text(1_000)).nullable().default(null),
  occurredAt: OccurredAt,
});
/** Sharing without consent: always listed to the coordinators, never without an end. */
export const RecordException = z.strictObject({
  legalBasis: LegalBasis,
  reason: personal('administrative', text(2_000)),
  author: WorkerId,
  purposes: z.array(Purpose).min(1).max(3),
  recipients: Recipients,
  categories: Categories.min(1),
  until: Instant,
  occurredAt: OccurredAt,
});
export const EndException = z.strictObject({ exception: ExceptionId, occurredAt: OccurredAt });

/** The longest an exception may run before somebody has to think about it again. */
export const exceptionMaxMs = 90 * 24 * 3_600_000;

const schemas = {
  'consent-given.v1': z.strictObject({
    consent: ConsentId,
    association: AssociationId,
    givenBy: Giver,
    representative: Sealed.nullable(),
    interpreter: Sealed.nullable(),
    language: LanguageTag,
    formVersion: z.string().max(40),
    purposes: z.array(Purpose),
    recipients: Recipients,
    categories: z.array(Category),
    withheld: z.array(z.strictObject({ category: Category, why: Sealed.nullable() })),
    validFrom: Instant,
    validUntil: Instant.nullable(),
    evidence: EvidenceHash,
  }),
  /** Sharing stops; `recipients` are to be told. */
  'consent-withdrawn.v1': z.strictObject({
    consent: ConsentId,
    withdrawnBy: Giver,
    reason: Sealed.nullable(),
    recipients: Recipients,
  }),
  'consent-exception-recorded.v1': z.strictObject({
    exception: ExceptionId,
    association: AssociationId,
    legalBasis: LegalBasis,
    reason: Sealed,
    author: WorkerId,
    purposes: z.array(Purpose),
    recipients: Recipients,
    categories: z.array(Category),
    validFrom: Instant,
    until: Instant,
  }),
  'consent-exception-ended.v1': z.strictObject({
    exception: ExceptionId,
    recipients: Recipients,
  }),
};

export type ConsentEvent = EventOf<typeof schemas>;
export const consentContract: EventContract<ConsentEvent> = { schemas, upcasters: {} };
