/** The case file as each level sees it. */
import { z } from 'zod';
import { CaseKind } from '../cases.ts';
import {
  Archive,
  BreakGlassView,
  GoalView,
  HandoverLine,
  Id,
  Moment,
  NamedPerson,
  NoteView,
  Pseudonym,
  ReasonedBreakGlass,
  ReferralLine,
  Revision,
  VulnerabilityView,
  WholePerson,
} from './parts.ts';

export const CaseStatus = z.enum(['open', 'archived', 'merged']);
export type CaseStatus = z.infer<typeof CaseStatus>;

const least = {
  id: Id,
  state: CaseStatus,
  kind: CaseKind,
  revision: Revision,
  allowedActions: z.array(z.string()),
  referrals: z.array(ReferralLine),
};
const outline = {
  ...least,
  owner: Id,
  referent: Id,
  formerOwners: z.array(Id),
  archives: z.array(Archive),
  mergedInto: Id.nullable(),
  /** The cases that were merged into this one. */
  absorbed: z.array(Id),
  openedAt: Moment,
  lastActivityAt: Moment,
  handovers: z.array(HandoverLine),
  breakGlass: z.array(BreakGlassView),
};

/** What the reader's own association wrote, whatever else it is to the case. */
const written = {
  vulnerabilities: z.array(VulnerabilityView),
  goals: z.array(GoalView),
  notes: z.array(NoteView),
};

/** The whole file; of notes, the shared ones and the owner's own private ones. */
const Owner = z.object({
  level: z.literal('owner'),
  ...outline,
  breakGlass: z.array(ReasonedBreakGlass),
  persons: z.array(WholePerson),
  vulnerabilities: z.array(VulnerabilityView),
  goals: z.array(GoalView),
  notes: z.array(NoteView),
});
/** In an emergency and for a limited time: who it is, how to reach and what endangers the person. */
const BreakGlass = z.object({
  level: z.literal('break-glass'),
  ...outline,
  persons: z.array(WholePerson),
  ...written,
});
const CoordinatorOfRemit = z.object({
  level: z.literal('coordinator-of-remit'),
  ...outline,
  breakGlass: z.array(ReasonedBreakGlass),
  persons: z.array(NamedPerson),
  ...written,
});
const Coordinator = z.object({
  level: z.literal('coordinator'),
  ...outline,
  persons: z.array(Pseudonym),
  ...written,
});
const Auditor = z.object({ level: z.literal('auditor'), ...outline, persons: z.array(Pseudonym) });
/** What it wrote while the case was in its care, what became of its referrals, and those that it received. */
const FormerOwner = z.object({
  level: z.literal('former-owner'),
  ...least,
  handovers: z.array(HandoverLine),
  ...written,
});
/** Its own referrals, where what was shared with it stands, and its own notes. */
const ReceiverOpen = z.object({
  level: z.literal('receiver-open'),
  ...least,
  notes: z.array(NoteView),
});
const ReceiverEnded = z.object({
  level: z.literal('receiver-ended'),
  ...least,
  notes: z.array(NoteView),
});

/** The other one of two merged files: in whose care it is, and with which referent, so that both find each other. */
const Merged = z.object({
  level: z.literal('merged'),
  ...least,
  owner: Id,
  referent: Id,
  mergedInto: Id.nullable(),
});

export const CaseFileView = z
  .discriminatedUnion('level', [
    Owner,
    BreakGlass,
    CoordinatorOfRemit,
    Coordinator,
    Auditor,
    FormerOwner,
    ReceiverOpen,
    ReceiverEnded,
    Merged,
  ])
  .meta({ id: 'CaseFile' });
export type CaseFileView = z.infer<typeof CaseFileView>;

/** A case in the owner's list: pseudonymous, so that a list reads nobody's data. */
export const CaseLine = z
  .object({
    id: Id,
    state: CaseStatus,
    kind: CaseKind,
    referent: Id,
    persons: z.array(Id),
    openReferrals: z.int(),
    openedAt: Moment,
    lastActivityAt: Moment,
    mergedInto: Id.nullable(),
    /** Until when somebody may read the file by the last break-glass, whose reason stands in it. */
    breakGlassUntil: Moment.nullable(),
    revision: Revision,
  })
  .meta({ id: 'CaseLine' });
export type CaseLine = z.infer<typeof CaseLine>;
