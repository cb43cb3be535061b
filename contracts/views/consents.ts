/** Consents and exceptions of a case, who consulted it, and the export for the person. */
import { z } from 'zod';
import { Giver, LegalBasis, Purpose, Recipients } from '../consents.ts';
import { Category } from '../sealed.ts';
import { GoalView, Id, Moment, NoteView, VulnerabilityView, WholePerson } from './parts.ts';

const forgotten = z.boolean();

const terms = {
  id: Id,
  association: Id,
  givenBy: Giver,
  language: z.string(),
  formVersion: z.string(),
  purposes: z.array(Purpose),
  recipients: Recipients,
  categories: z.array(Category),
  validFrom: Moment,
  validUntil: Moment.nullable(),
  evidence: z.string(),
  givenAt: Moment,
  withdrawnAt: Moment.nullable(),
  withdrawnBy: Giver.nullable(),
  live: z.boolean(),
};
const exceptionTerms = {
  id: Id,
  case: Id,
  association: Id,
  legalBasis: LegalBasis,
  author: Id,
  purposes: z.array(Purpose),
  recipients: Recipients,
  categories: z.array(Category),
  validFrom: Moment,
  until: Moment,
  recordedAt: Moment,
  endedAt: Moment.nullable(),
  live: z.boolean(),
};
const withheld = z.object({ category: Category, why: z.string().nullable(), forgotten });

const WholeConsent = z.object({
  ...terms,
  representative: z.string().nullable(),
  interpreter: z.string().nullable(),
  withheld: z.array(withheld),
  withdrawalReason: z.string().nullable(),
  /** Something of the above cannot be opened any more. */
  forgotten,
});
const ConsentTerms = z.object({ ...terms, withheld: z.array(withheld.pick({ category: true })) });
const ReasonedException = z.object({ ...exceptionTerms, reason: z.string().nullable(), forgotten });

/** An exception in the coordinators' list; its reason in words stands with the case's consents. */
export const ExceptionLine = z.object(exceptionTerms).meta({ id: 'ConsentException' });
export type ExceptionLine = z.infer<typeof ExceptionLine>;

export const ConsentsView = z
  .discriminatedUnion('level', [
    z.object({
      level: z.literal('owner'),
      consents: z.array(WholeConsent),
      exceptions: z.array(ReasonedException),
    }),
    z.object({
      level: z.enum(['coordinator-of-remit', 'break-glass']),
      consents: z.array(ConsentTerms),
      exceptions: z.array(ReasonedException),
    }),
    z.object({
      level: z.enum(['coordinator', 'auditor']),
      consents: z.array(ConsentTerms),
      exceptions: z.array(ExceptionLine),
    }),
  ])
  .meta({ id: 'Consents' });
export type ConsentsView = z.infer<typeof ConsentsView>;

/** Somebody read personal data of the case. */
export const Consultation = z
  .object({
    id: Id,
    referral: Id.nullable(),
    client: z.string(),
    association: Id,
    level: z.string(),
    categories: z.array(Category),
    persons: z.array(Id),
    breakGlass: z.boolean(),
    readAt: Moment,
  })
  .meta({ id: 'Consultation' });
export type Consultation = z.infer<typeof Consultation>;

/** For the person: own data, who received what, who consulted it (GDPR art. 15). */
export const SubjectExport = z
  .object({
    case: Id,
    exportedAt: Moment,
    persons: z.array(WholePerson),
    vulnerabilities: z.array(VulnerabilityView),
    goals: z.array(GoalView),
    notes: z.array(NoteView),
    consents: z.array(WholeConsent),
    exceptions: z.array(ReasonedException),
    /** In whose care the whole file has been, first to last. */
    owners: z.array(
      z.object({ association: Id, associationName: z.string().nullable(), since: Moment }),
    ),
    recipients: z.array(
      z.object({
        association: Id,
        associationName: z.string().nullable(),
        referral: Id,
        persons: z.array(Id),
        categories: z.array(Category),
        sentAt: Moment,
        state: z.string(),
        label: z.string(),
      }),
    ),
    /** What each referral asked for, what was given when asked, and what became of it as far as whoever answered meant it for the person. */
    referrals: z.array(
      z.object({
        id: Id,
        state: z.string(),
        label: z.string(),
        need: z.string().nullable(),
        reason: z.string().nullable(),
        outcome: z.string().nullable(),
        texts: z.array(
          z.object({
            association: Id.nullable(),
            kind: z.string(),
            text: z.string().nullable(),
            at: Moment,
            forgotten,
          }),
        ),
        forgotten,
      }),
    ),
    consultations: z.array(Consultation),
  })
  .meta({ id: 'SubjectExport' });
export type SubjectExport = z.infer<typeof SubjectExport>;
