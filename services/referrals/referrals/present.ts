import type { ReferralLevel } from '@relais/contracts/views/levels';
import type { OpenReferral, ReferralView } from '@relais/contracts/views/referral';
import { presentPerson } from '../cases/present.ts';
import type { SealedAt } from '../fold.ts';
import type { Reader } from '../levels.ts';
import type { Opened } from '../reading.ts';
import { labelOf, reasonText, type Words } from '../words.ts';
import { dueOf, toldTo } from './present-line.ts';
import type { ReferralParts } from './query.ts';
import type { ContributionRow, ReferralRow } from './rows.ts';

type Parts = Pick<ReferralParts, 'row' | 'contributions' | 'file'>;
export type ReferralViewer = {
  readonly level: Exclude<ReferralLevel, 'none'>;
  readonly role: Reader['role'];
  readonly association: string;
  readonly words: Words;
};

const showsSnapshot = new Set<ReferralLevel>(['owner', 'receiver-open', 'break-glass']);
const showsNeed = new Set<ReferralLevel>(['owner', 'receiver-open', 'break-glass', 'sender']);
const showsPersons = new Set<ReferralLevel>(['coordinator-of-remit', 'break-glass']);
/** Levels that are told every reason; who is no auditor, but for what the own association sent. */
const toldAll = new Set<ReferralLevel>([
  'coordinator-of-remit',
  'coordinator',
  'auditor',
  'break-glass',
]);

/** What the level shows of the referral at all: chosen before anything is opened. */
export function visibleReferral(parts: Parts, viewer: ReferralViewer): Parts {
  const { row, contributions, file } = parts;
  const { level, association } = viewer;
  const own = (one: ContributionRow) => one.association === association;
  const supplied = level === 'break-glass' ? contributions.filter(isSupply) : [];
  const shown: { readonly [Level in ReferralLevel]?: readonly ContributionRow[] } = {
    owner: contributions.filter((one) => own(one) || one.told_sender),
    sender: contributions.filter((one) => own(one) || one.told_sender).map(withoutShared),
    'receiver-open': contributions,
    'receiver-ended': contributions.filter(own),
    'break-glass': supplied,
  };
  const persons = file.persons.filter(({ person }) => row.persons.includes(person));
  return { row, contributions: shown[level] ?? [], file: { ...file, persons } };
}

const isSupply = ({ shared }: ContributionRow): boolean => shared.length > 0;
const withoutShared = (one: ContributionRow): ContributionRow => ({ ...one, shared: [] });

/** What the view is going to open. */
export function sealedInReferral({ row, contributions, file }: Parts, level: ReferralLevel) {
  return [
    ...(showsNeed.has(level) ? [row.need] : []),
    ...(showsSnapshot.has(level) ? row.shared : []),
    ...contributions.flatMap(({ text, shared }) => [text, ...shared]),
    ...(showsPersons.has(level) ? file.persons.map(({ identity }) => identity) : []),
  ];
}

/** Everything a view could hold of these parts; the schema of the level then takes its own fields. */
export function presentReferral(
  { row, contributions, file }: Parts,
  { level, role, association, words }: ReferralViewer,
  opened: Opened,
  allowedActions: readonly string[],
): ReferralView {
  const need = showsNeed.has(level) ? opened.text(row.need) : { value: null, forgotten: false };
  const shared = (all: readonly SealedAt[]) =>
    all.map((one) => {
      const { value, forgotten } = opened.value(one);
      return { person: one.person, category: one.category, content: value, forgotten };
    });
  const isTold = toldAll.has(level) && (role === 'auditor' || row.sender !== association);
  const view = {
    level,
    ...card(row, association, words),
    ...progress(row, association, words, isTold),
    allowedActions,
    need: need.value,
    forgotten: need.forgotten,
    categories: row.categories,
    shared: showsSnapshot.has(level) ? shared(row.shared) : [],
    contributions: contributions.map((one) => {
      const { value, forgotten } = opened.text(one.text);
      const { id, kind, at } = one;
      const by = { association: one.association, shared: shared(one.shared) };
      return { id, kind, at, text: value, forgotten, ...by };
    }),
    persons: personsFor(level, row, file, opened),
    parent: row.parent,
    child: row.child,
    placedElsewhere: row.placed_elsewhere,
    reservation: row.reservation,
  };
  // Checked, and cut to the level's fields, by the schema of the answer.
  return view as unknown as ReferralView;
}

/** Pseudonyms for the parties; who they are for coordinators of the remit and in an emergency. */
function personsFor(level: ReferralLevel, row: ReferralRow, file: Parts['file'], opened: Opened) {
  if (level === 'owner' || level === 'receiver-open') return row.persons;
  const as = showsPersons.has(level) ? 'coordinator-of-remit' : 'auditor';
  return file.persons.map((person) => presentPerson(person, as, opened));
}

const card = (row: ReferralRow, association: string, words: Words) => ({
  id: row.id,
  state: row.state,
  label: labelOf(row.state, row.receiver, association, words),
  kind: row.kind,
  themes: row.themes,
  priority: row.priority,
  sender: row.sender,
  sentAt: row.sent_at,
  deadlines: {
    acknowledgeBy: row.acknowledge_by,
    secondReminderAt: row.second_reminder_at,
    decideBy: row.decide_by,
    expiresAt: row.expires_at,
    reviewBy: row.review_by,
    resumeBy: row.resume_by,
  },
  ...dueOf(row, words),
  revision: row.revision.toString(),
});

function progress(row: ReferralRow, association: string, words: Words, coordinates: boolean) {
  const { reason, outcome, declined_by } = toldTo(row, association, coordinates);
  return {
    receiver: row.receiver,
    endedAt: row.ended_at,
    ...{ reason, reasonLabel: reasonText(reason, words) },
    ...{ outcome, outcomeLabel: reasonText(outcome, words), declinedBy: declined_by },
    case: row.case_id,
    target: row.target,
    acknowledgedAt: row.acknowledged_at,
    decidedAt: row.decided_at,
    lastEventAt: row.last_event_at,
    acceptancePending: row.pending_acceptance !== null,
    waitlistPosition: row.waitlist_position,
    cancellationRequested: row.cancellation_requested,
    reminders: row.reminders,
    escalatedAt: row.escalated_at,
  };
}

/** An open referral before a claim: nothing of the person. */
export const openReferral = (row: ReferralRow): OpenReferral =>
  ({
    ...{ id: row.id, kind: row.kind, themes: row.themes, priority: row.priority },
    ...{ sender: row.sender, sentAt: row.sent_at, acknowledgeBy: row.acknowledge_by },
    ...{ decideBy: row.decide_by, revision: row.revision.toString() },
  }) as unknown as OpenReferral;
