/**
 * Case files: who is accompanied, by which association, with which goals. Bodies of the commands here, events in
 * case-events.ts. Private and shared notes are different things from the first byte.
 */
import { z } from 'zod';
import { LanguageTag } from './associations.ts';
import type { Immutable } from './event-contract.ts';
import { AssociationId, CaseId, PersonId, WorkerId } from './ids.ts';
import { personal } from './personal.ts';
import { ArchiveReason } from './reason-codes.ts';
import type { Category } from './sealed.ts';
import { Day, dialled, Instant, OccurredAt, PartialDate, PastDate, text } from './values.ts';

export const GoalId = z.uuid().toLowerCase().brand('GoalId');
export type GoalId = z.infer<typeof GoalId>;
export const NoteId = z.uuid().toLowerCase().brand('NoteId');
export type NoteId = z.infer<typeof NoteId>;
export const VulnerabilityId = z.uuid().toLowerCase().brand('VulnerabilityId');
export type VulnerabilityId = z.infer<typeof VulnerabilityId>;

export const CaseKind = z.enum(['person', 'household']);
export type CaseKind = z.infer<typeof CaseKind>;
export const HouseholdRole = z.enum(['main', 'partner', 'child', 'parent', 'sibling', 'other']);
export type HouseholdRole = z.infer<typeof HouseholdRole>;
/** Who may see a vulnerability: the owner alone, the coordinator too, or whoever a referral shares it with. */
export const Visibility = z.enum(['owner', 'coordinator', 'shared']);
export type Visibility = z.infer<typeof Visibility>;
export const GoalStatus = z.enum(['active', 'reached', 'dropped']);
export type GoalStatus = z.infer<typeof GoalStatus>;

const Name = text(300);

/** As far as it is known: many people have one name, or no known birth date. */
export const Identity = z.strictObject({
  givenName: Name,
  familyName: Name.nullable(),
  birthDate: PartialDate.nullable(),
  sex: z.enum(['female', 'male', 'other']).nullable(),
});
export type Identity = z.infer<typeof Identity>;
/** As bodies take it: stricter than what is sealed already. */
const GivenIdentity = Identity.extend({ birthDate: PastDate.nullable() });

const Phone = z.string().regex(/^\+?[0-9 ().-]{4,30}$/);

export const Contact = z.strictObject({
  languages: z.array(LanguageTag).max(10),
  interpreterNeeded: z.boolean().optional(),
  phones: z.array(Phone).max(5).optional(),
  emails: z.array(z.email().max(254)).max(5).optional(),
  /** Where the person can be found: an address, a camp, a postal box of an association. */
  place: text(500).optional(),
});
export type Contact = z.infer<typeof Contact>;
const GivenContact = Contact.extend({ phones: z.array(dialled(Phone)).max(5).optional() });

/** The kind of personal data that each vulnerability is: consent and keys follow it. */
const vulnerabilities = {
  unaccompanied_minor: 'family',
  single_parent: 'family',
  separated_family: 'family',
  pregnancy: 'health',
  disability: 'health',
  chronic_illness: 'health',
  mental_distress: 'health',
  addiction: 'health',
  victim_of_violence: 'social',
  victim_of_trafficking: 'social',
  discrimination: 'social',
  isolation: 'social',
  elderly: 'social',
  no_literacy: 'social',
  no_legal_status: 'administrative',
  removal_order: 'administrative',
  homeless: 'housing',
  unsafe_housing: 'housing',
} as const satisfies { readonly [code: string]: Category };

export const VulnerabilityCode = z.enum(
  Object.keys(vulnerabilities) as (keyof typeof vulnerabilities)[],
);
export type VulnerabilityCode = z.infer<typeof VulnerabilityCode>;

export const Vulnerability = z.strictObject({
  code: VulnerabilityCode,
  detail: text(2_000).optional(),
});
export type Vulnerability = z.infer<typeof Vulnerability>;

const PersonEntry = z.strictObject({
  role: HouseholdRole,
  identity: personal('identity', GivenIdentity),
  contact: personal('contact', GivenContact).nullable().default(null),
});
const FreeText = personal('social', text(5_000));

export const OpenCase = z.strictObject({
  kind: CaseKind,
  referent: WorkerId,
  persons: z.array(PersonEntry).min(1).max(20),
  occurredAt: OccurredAt,
});
export const AddPerson = PersonEntry.extend({ occurredAt: OccurredAt });
export const CorrectIdentity = z.strictObject({
  person: PersonId,
  identity: personal('identity', GivenIdentity),
  occurredAt: OccurredAt,
});
export const ChangeContact = z.strictObject({
  person: PersonId,
  contact: personal('contact', GivenContact),
  occurredAt: OccurredAt,
});
export const AssignReferent = z.strictObject({ referent: WorkerId, occurredAt: OccurredAt });
export const RecordVulnerability = z.strictObject({
  person: PersonId,
  what: personal(({ code }) => vulnerabilities[code], Vulnerability),
  visibility: Visibility,
  occurredAt: OccurredAt,
});
export const ChangeVisibility = z.strictObject({
  vulnerability: VulnerabilityId,
  visibility: Visibility,
  occurredAt: OccurredAt,
});
export const EndVulnerability = z.strictObject({
  vulnerability: VulnerabilityId,
  occurredAt: OccurredAt,
});
/** A goal in the words agreed with the person. */
export const SetGoal = z.strictObject({
  text: FreeText,
  dueOn: Day.nullable().default(null),
  occurredAt: OccurredAt,
});
export const ChangeGoal = z.strictObject({
  goal: GoalId,
  status: GoalStatus,
  occurredAt: OccurredAt,
});
/** `person`: whom of a household it is about (its key protects the note); the case's first person by default. */
export const AddNote = z.strictObject({
  person: PersonId.optional(),
  author: WorkerId.nullable().default(null),
  text: FreeText,
  occurredAt: OccurredAt,
});
export const ArchiveCase = z.strictObject({ reason: ArchiveReason, occurredAt: OccurredAt });
export const UnarchiveCase = z.strictObject({ occurredAt: OccurredAt });
/** Access outside the ordinary rules: why, and until when (at most `breakGlassMaxMs` from now). */
export const BreakGlass = z.strictObject({
  reason: personal('administrative', text(1_000)),
  until: Instant,
  occurredAt: OccurredAt,
});
export const ForgetPerson = z.strictObject({ person: PersonId, occurredAt: OccurredAt });

export const breakGlassMaxMs = 24 * 3_600_000;

/** What anybody deciding about a case needs to know of it; loaded from the case's stream. */
export const CaseFacts = z.strictObject({
  case: CaseId,
  owner: AssociationId,
  referent: WorkerId,
  persons: z.array(PersonId),
  archivedBy: z.array(AssociationId),
  /** The case this one was merged into. */
  mergedInto: CaseId.nullable(),
});
export type CaseFacts = Immutable<z.infer<typeof CaseFacts>>;
