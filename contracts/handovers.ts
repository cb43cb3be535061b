/**
 * A case changes hands. Offered by the owner or a coordinator and accepted by the recipient; or asked for by
 * somebody else and granted by the owner, which opens the same handover; or put to a meeting (reorientation).
 */
import { z } from 'zod';
import { becomes, type EventContract, type EventOf } from './event-contract.ts';
import { AssociationId, CaseId, WorkerId } from './ids.ts';
import { owedUnlessForgotten, personal } from './personal.ts';
import { Sealed } from './sealed.ts';
import { OccurredAt, text } from './values.ts';

export const HandoverState = z.enum([
  'requested',
  'accepted',
  'refused',
  'revoked',
  'asked',
  'denied',
  'voided',
  'reorientation_asked',
  'reorientation_accepted',
  'reorientation_denied',
  'reorientation_voided',
]);
export type HandoverState = z.infer<typeof HandoverState>;

const reason = personal('social', text(2_000))
  .nullable()
  .default(null)
  .describe(owedUnlessForgotten);

export const RequestHandover = z.strictObject({
  case: CaseId,
  to: AssociationId,
  reason,
  occurredAt: OccurredAt,
});
/** Up to 100 cases at once: one handover each, a result per item. */
export const RequestHandovers = z.strictObject({
  cases: z
    .array(CaseId)
    .min(1)
    .max(100)
    .refine((cases) => new Set(cases).size === cases.length, { error: 'a case stands twice' }),
  to: AssociationId,
  reason,
  occurredAt: OccurredAt,
});
export const AskHandover = z.strictObject({ case: CaseId, reason, occurredAt: OccurredAt });
export const GrantHandover = z.strictObject({ occurredAt: OccurredAt });
export const DenyHandover = z.strictObject({ reason, occurredAt: OccurredAt });
export const AcceptHandover = z.strictObject({ referent: WorkerId, occurredAt: OccurredAt });
export const RefuseHandover = z.strictObject({ reason, occurredAt: OccurredAt });
export const RevokeHandover = z.strictObject({ occurredAt: OccurredAt });
export const AskReorientation = z.strictObject({
  case: CaseId,
  /** Whom the referent proposes, where he does. */
  to: AssociationId.nullable().default(null),
  meeting: z.uuid().nullable().default(null),
  reason,
  occurredAt: OccurredAt,
});
/** What the meeting decided; `decision` is the id of its decision. */
export const DecideReorientation = z.strictObject({
  decision: z.uuid(),
  occurredAt: OccurredAt,
});

/** `from` is the owner when it was opened; nobody of `initiator` may accept. */
const parties = { case: CaseId, from: AssociationId, to: AssociationId };

const shipped = {
  'handover-requested.v1': z.strictObject({
    ...parties,
    initiator: AssociationId,
    reason: Sealed.nullable(),
  }),
  'handover-accepted.v1': z.strictObject({ ...parties, referent: WorkerId }),
  'handover-refused.v1': z.strictObject({ ...parties, reason: Sealed }),
  'handover-revoked.v1': z.strictObject({ ...parties, by: AssociationId }),
  'handover-asked.v1': z.strictObject({ ...parties, reason: Sealed }),
  'handover-granted.v1': z.strictObject({ ...parties, by: AssociationId }),
  'handover-denied.v1': z.strictObject({ ...parties, by: AssociationId, reason: Sealed }),
  /** The case had meanwhile gone elsewhere, whether or not this one was accepted. */
  'handover-voided.v1': z.strictObject({ ...parties, because: z.enum(['owner-changed']) }),
  'reorientation-asked.v1': z.strictObject({
    case: CaseId,
    owner: AssociationId,
    to: AssociationId.nullable(),
    meeting: z.uuid().nullable(),
    reason: Sealed,
  }),
  'reorientation-accepted.v1': z.strictObject({
    case: CaseId,
    owner: AssociationId,
    decision: z.uuid(),
  }),
  'reorientation-denied.v1': z.strictObject({
    case: CaseId,
    owner: AssociationId,
    decision: z.uuid(),
  }),
  /** The case had gone elsewhere before a decision was recorded. */
  'reorientation-voided.v1': z.strictObject({
    case: CaseId,
    owner: AssociationId,
    because: z.enum(['owner-changed']),
  }),
};

const said = { reason: Sealed.nullable() };
/** Of a person who was forgotten nothing can be sealed: since `.v2` the reason may be missing. */
const silent = {
  'handover-refused.v2': shipped['handover-refused.v1'].extend(said),
  'handover-asked.v2': shipped['handover-asked.v1'].extend(said),
  'handover-denied.v2': shipped['handover-denied.v1'].extend(said),
  'reorientation-asked.v2': shipped['reorientation-asked.v1'].extend(said),
};
const upcasters = {
  'handover-refused.v1': becomes('handover-refused.v2'),
  'handover-asked.v1': becomes('handover-asked.v2'),
  'handover-denied.v1': becomes('handover-denied.v2'),
  'reorientation-asked.v1': becomes('reorientation-asked.v2'),
};
const schemas = { ...shipped, ...silent };

export type HandoverEvent = Exclude<EventOf<typeof schemas>, { type: keyof typeof upcasters }>;
export const handoverContract: EventContract<HandoverEvent> = { schemas, upcasters };
