/** Parts that several views share. */
import { z } from 'zod';
import {
  Contact,
  GoalStatus,
  HouseholdRole,
  Identity,
  Visibility,
  Vulnerability,
} from '../cases.ts';
import { Priority } from '../deadlines.ts';
import { ReferralKind, ReferralState } from '../referrals.ts';
import { Category } from '../sealed.ts';

export const Id = z.uuid();
export const Moment = z.iso.datetime();
export const Revision = z.string().regex(/^\d+$/);

/** Personal data that was opened for this answer: null with `forgotten` once the person's keys are destroyed. */
const forgotten = z.boolean();

/** A person by pseudonym. */
export const Pseudonym = z.object({ person: Id, role: HouseholdRole, forgotten });
export const NamedPerson = Pseudonym.extend({ identity: Identity.nullable() });
export const WholePerson = NamedPerson.extend({ contact: Contact.nullable() });

export const VulnerabilityView = z.object({
  id: Id,
  person: Id,
  what: Vulnerability.nullable(),
  forgotten,
  visibility: Visibility,
  recordedAt: Moment,
  endedAt: Moment.nullable(),
});
export const GoalView = z.object({
  id: Id,
  text: z.string().nullable(),
  forgotten,
  dueOn: z.iso.date().nullable(),
  status: GoalStatus,
  setAt: Moment,
  changedAt: Moment,
});
export const NoteView = z.object({
  id: Id,
  kind: z.enum(['private', 'shared']),
  association: Id,
  author: Id.nullable(),
  text: z.string().nullable(),
  forgotten,
  writtenAt: Moment,
});
export const Archive = z.object({ association: Id, reason: z.string(), at: Moment });
export const BreakGlassView = z.object({
  association: Id,
  client: z.string(),
  openedAt: Moment,
  until: Moment,
});
/** For those who are told of it. */
export const ReasonedBreakGlass = BreakGlassView.extend({
  reason: z.string().nullable(),
  forgotten,
});

/** What was shared of a person, one category each; `content` is what the sender put there. */
export const SharedView = z.object({
  person: Id,
  category: Category,
  content: z.unknown().nullable(),
  forgotten,
});

/** A referral in a list: no personal data. */
export const ReferralLine = z
  .object({
    id: Id,
    case: Id,
    state: ReferralState,
    label: z.string(),
    kind: ReferralKind,
    themes: z.array(z.string()),
    priority: Priority,
    sender: Id,
    receiver: Id.nullable(),
    sentAt: Moment.nullable(),
    dueAt: Moment.nullable(),
    endedAt: Moment.nullable(),
    reason: z.string().nullable(),
    outcome: z.string().nullable(),
    overdue: z.boolean(),
    /** For the sender: the referral by which the person was given a place meanwhile. */
    placedElsewhere: Id.nullable(),
    revision: Revision,
  })
  .meta({ id: 'ReferralLine' });
export type ReferralLine = z.infer<typeof ReferralLine>;

export const HandoverLine = z
  .object({
    id: Id,
    case: Id,
    kind: z.enum(['handover', 'reorientation']),
    from: Id,
    to: Id.nullable(),
    state: z.string(),
    meeting: Id.nullable(),
    decision: Id.nullable(),
    openedAt: Moment,
    answeredAt: Moment.nullable(),
    revision: Revision,
  })
  .meta({ id: 'HandoverLine' });
export type HandoverLine = z.infer<typeof HandoverLine>;

/** With its reasons for the parties, who wrote them or are meant to read them. */
export const HandoverView = z
  .discriminatedUnion('level', [
    HandoverLine.extend({
      level: z.literal('party'),
      reason: z.string().nullable(),
      answerReason: z.string().nullable(),
      forgotten,
      allowedActions: z.array(z.string()),
    }),
    HandoverLine.extend({ level: z.literal('observer'), allowedActions: z.array(z.string()) }),
  ])
  .meta({ id: 'Handover' });
export type HandoverView = z.infer<typeof HandoverView>;
