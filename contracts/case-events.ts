/** Events of `case-<uuid>`. Storage formats: never edit one that has shipped, add a `.v2` and an upcaster. */
import { z } from 'zod';
import {
  CaseKind,
  GoalId,
  GoalStatus,
  HouseholdRole,
  NoteId,
  Visibility,
  VulnerabilityId,
} from './cases.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, CaseId, HandoverId, MergeId, PersonId, WorkerId } from './ids.ts';
import { Sealed } from './sealed.ts';
import { Code, Instant } from './values.ts';

const Person = z.strictObject({
  person: PersonId,
  role: HouseholdRole,
  /** Seals an Identity. */
  identity: Sealed,
  /** Seals a Contact. */
  contact: Sealed.nullable(),
});
const Note = z.strictObject({
  note: NoteId,
  association: AssociationId,
  author: WorkerId.nullable(),
  text: Sealed,
});

const schemas = {
  'case-opened.v1': z.strictObject({
    association: AssociationId,
    referent: WorkerId,
    kind: CaseKind,
    persons: z.array(Person),
  }),
  'case-person-added.v1': Person,
  'case-identity-corrected.v1': z.strictObject({ person: PersonId, identity: Sealed }),
  'case-contact-changed.v1': z.strictObject({ person: PersonId, contact: Sealed }),
  'case-referent-assigned.v1': z.strictObject({ referent: WorkerId, previous: WorkerId }),
  /** `what` seals a Vulnerability: its code, too, is nobody's business without the key. */
  'case-vulnerability-recorded.v1': z.strictObject({
    vulnerability: VulnerabilityId,
    person: PersonId,
    what: Sealed,
    visibility: Visibility,
  }),
  'case-vulnerability-visibility-changed.v1': z.strictObject({
    vulnerability: VulnerabilityId,
    visibility: Visibility,
  }),
  'case-vulnerability-ended.v1': z.strictObject({ vulnerability: VulnerabilityId }),
  'case-goal-set.v1': z.strictObject({
    goal: GoalId,
    text: Sealed,
    dueOn: z.iso.date().nullable(),
  }),
  'case-goal-changed.v1': z.strictObject({ goal: GoalId, status: GoalStatus }),
  'case-private-note-added.v1': Note,
  'case-shared-note-added.v1': Note,
  'case-archived.v1': z.strictObject({ association: AssociationId, reason: Code }),
  'case-unarchived.v1': z.strictObject({ association: AssociationId }),
  /** To be told to the owner and its coordinators. */
  'case-break-glass-opened.v1': z.strictObject({
    client: z.string().min(1).max(200),
    association: AssociationId,
    owner: AssociationId,
    reason: Sealed,
    until: Instant,
  }),
  /** From here on every key of the person is to be destroyed. */
  'case-person-forgotten.v1': z.strictObject({
    person: PersonId,
    because: z.enum(['request', 'retention']),
  }),
  'case-handed-over.v1': z.strictObject({
    handover: HandoverId,
    from: AssociationId,
    to: AssociationId,
    referent: WorkerId,
    previousReferent: WorkerId,
  }),
  /** On both cases of a merge: `kept` goes on, `absorbed` points to it. */
  'case-merged.v1': z.strictObject({
    merge: MergeId,
    as: z.enum(['kept', 'absorbed']),
    other: CaseId,
  }),
  'case-unmerged.v1': z.strictObject({ merge: MergeId, other: CaseId }),
};

export type CaseEvent = EventOf<typeof schemas>;
export const caseContract: EventContract<CaseEvent> = { schemas, upcasters: {} };
