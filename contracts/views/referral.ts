/** A referral as each level sees it. */
import { z } from 'zod';
import { Priority } from '../deadlines.ts';
import { ReferralKind, ReferralState, Target } from '../referrals.ts';
import { Category } from '../sealed.ts';
import { Id, Moment, NamedPerson, Pseudonym, Revision, SharedView } from './parts.ts';

const Dates = z.object({
  acknowledgeBy: Moment.nullable(),
  secondReminderAt: Moment.nullable(),
  decideBy: Moment.nullable(),
  expiresAt: Moment.nullable(),
  reviewBy: Moment.nullable(),
  resumeBy: Moment.nullable(),
});

/** What a party added: a text with an action, data supplied on request, a note. */
export const ContributionView = z.object({
  id: Id,
  association: Id.nullable(),
  kind: z.string(),
  text: z.string().nullable(),
  forgotten: z.boolean(),
  shared: z.array(SharedView),
  at: Moment,
});

const card = {
  id: Id,
  state: ReferralState,
  /** In the caller's language, in the words for its side. */
  label: z.string(),
  kind: ReferralKind,
  themes: z.array(z.string()),
  priority: Priority,
  sender: Id,
  sentAt: Moment.nullable(),
  deadlines: Dates,
  dueAt: Moment.nullable(),
  overdue: z.boolean(),
  revision: Revision,
  /** What this caller may do with it now, by the rules. */
  allowedActions: z.array(z.string()),
};
const ending = {
  receiver: Id.nullable(),
  endedAt: Moment.nullable(),
  reason: z.string().nullable(),
  reasonLabel: z.string().nullable(),
  outcome: z.string().nullable(),
  outcomeLabel: z.string().nullable(),
  declinedBy: z.enum(['receiver', 'person']).nullable(),
};
const progress = {
  ...ending,
  case: Id,
  target: Target,
  acknowledgedAt: Moment.nullable(),
  decidedAt: Moment.nullable(),
  lastEventAt: Moment,
  acceptancePending: z.boolean(),
  waitlistPosition: z.int().nullable(),
  cancellationRequested: z
    .object({ reason: z.string(), requestedBy: z.string(), at: Moment })
    .nullable(),
  reminders: z.int(),
  escalatedAt: Moment.nullable(),
};
const links = { parent: Id.nullable(), child: Id.nullable(), placedElsewhere: Id.nullable() };
const need = { need: z.string().nullable(), forgotten: z.boolean() };
const snapshot = { categories: z.array(Category), shared: z.array(SharedView) };
const contributions = { contributions: z.array(ContributionView) };

/** Sender and owner of the case: also what it shared. */
const Owner = z.object({
  level: z.literal('owner'),
  ...card,
  ...progress,
  ...links,
  ...need,
  ...snapshot,
  ...contributions,
  persons: z.array(Id),
});
/** The case is in other hands now: what it wrote, and what came of it. */
const Sender = z.object({
  level: z.literal('sender'),
  ...card,
  ...progress,
  ...links,
  ...need,
  ...contributions,
});
const ReceiverOpen = z.object({
  level: z.literal('receiver-open'),
  ...card,
  ...progress,
  ...need,
  ...snapshot,
  ...contributions,
  persons: z.array(Id),
  reservation: Id.nullable(),
});
const ReceiverEnded = z.object({
  level: z.literal('receiver-ended'),
  ...card,
  ...ending,
  ...contributions,
});
/** Before a claim nothing of the person is shown: what is needed, by when. */
const Eligible = z.object({ level: z.literal('eligible'), ...card });
const CoordinatorOfRemit = z.object({
  level: z.literal('coordinator-of-remit'),
  ...card,
  ...progress,
  ...links,
  persons: z.array(NamedPerson),
});
const Coordinator = z.object({
  level: z.literal('coordinator'),
  ...card,
  ...progress,
  ...links,
  persons: z.array(Pseudonym),
});
const Auditor = z.object({
  level: z.literal('auditor'),
  ...card,
  ...progress,
  ...links,
  persons: z.array(Pseudonym),
});
const BreakGlass = z.object({
  level: z.literal('break-glass'),
  ...card,
  ...progress,
  ...links,
  ...need,
  ...snapshot,
  persons: z.array(NamedPerson),
});

export const ReferralView = z
  .discriminatedUnion('level', [
    Owner,
    BreakGlass,
    ReceiverOpen,
    Sender,
    ReceiverEnded,
    Eligible,
    CoordinatorOfRemit,
    Coordinator,
    Auditor,
  ])
  .meta({ id: 'Referral' });
export type ReferralView = z.infer<typeof ReferralView>;

/** An open referral that the caller's association may claim. */
export const OpenReferral = z
  .object({
    id: Id,
    kind: ReferralKind,
    themes: z.array(z.string()),
    priority: Priority,
    sender: Id,
    sentAt: Moment,
    acknowledgeBy: Moment.nullable(),
    decideBy: Moment.nullable(),
    revision: Revision,
  })
  .meta({ id: 'OpenReferral' });
export type OpenReferral = z.infer<typeof OpenReferral>;
