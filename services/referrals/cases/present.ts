import type { CaseFileView, CaseLine, CaseStatus } from '@relais/contracts/views/case-file';
import type { CaseLevel } from '@relais/contracts/views/levels';
import type { SealedAt } from '../fold.ts';
import { handoverLine } from '../handovers/present.ts';
import type { Reader } from '../levels.ts';
import type { Opened } from '../reading.ts';
import { referralLine } from '../referrals/present-line.ts';
import type { Words } from '../words.ts';
import type { CaseLineRow, CaseParts } from './query.ts';
import type { BreakGlassRow, CaseFileRow, PersonEntry } from './rows.ts';

/** Whom a view is made for. */
export type Viewer = {
  readonly level: Exclude<CaseLevel, 'none'>;
  readonly role: Reader['role'];
  readonly association: string;
  readonly remit: readonly string[];
  readonly words: Words;
};

/** What of the case this level shows at all: chosen before anything is opened. */
export function visibleParts(parts: CaseParts, { level, role, association }: Viewer): CaseParts {
  const { file, vulnerabilities, goals, notes, breakGlass, referrals, handovers } = parts;
  const none = { vulnerabilities: [], goals: [], notes: [], breakGlass: [] };
  // An auditor looks at his own association as at any other.
  const isOwn = (one: { readonly association: string | null }) =>
    role !== 'auditor' && one.association === association;
  const own = {
    vulnerabilities: vulnerabilities.filter(isOwn),
    goals: goals.filter(isOwn),
    notes: notes.filter(isOwn),
  };
  const known = referrals.filter((one) => one.sent_at !== null || one.sender === association);
  const received = sent(referrals).filter(({ receiver }) => receiver === association);
  switch (level) {
    case 'owner':
      return {
        ...{ file, vulnerabilities, goals, breakGlass, handovers, referrals: known },
        notes: notes.filter((note) => !note.private || isOwn(note)),
      };
    case 'break-glass':
      return { ...own, file, vulnerabilities, breakGlass, referrals: known, handovers };
    case 'coordinator-of-remit': {
      const shown = vulnerabilities.filter((one) => one.visibility !== 'owner' || isOwn(one));
      return { ...own, file, vulnerabilities: shown, breakGlass, referrals, handovers };
    }
    case 'coordinator':
      return { ...own, file, breakGlass, referrals: known, handovers };
    case 'auditor':
      return { ...none, file, breakGlass, referrals, handovers };
    case 'former-owner':
      return {
        ...{ ...own, file, breakGlass: [] },
        referrals: referrals.filter((one) => one.sender === association || received.includes(one)),
        handovers: handovers.filter(
          (one) => one.from_association === association || one.to_association === association,
        ),
      };
    case 'receiver-open':
    case 'receiver-ended':
      return { ...none, file, notes: own.notes, referrals: received, handovers: [] };
    case 'merged':
      return { ...none, file, referrals: [], handovers: [] };
  }
}

const sent = (referrals: CaseParts['referrals']) =>
  referrals.filter(({ sent_at }) => sent_at !== null);

/** What the view is going to open. */
export function sealedIn(parts: CaseParts, level: CaseLevel): SealedAt[] {
  const named = level === 'owner' || level === 'break-glass' || level === 'coordinator-of-remit';
  const whole = level === 'owner' || level === 'break-glass';
  return [
    ...(named ? parts.file.persons.map(({ identity }) => identity) : []),
    ...(whole ? parts.file.persons.flatMap(({ contact }) => contact ?? []) : []),
    ...(toldOfGlass.has(level) ? parts.breakGlass.map(({ reason }) => reason) : []),
    ...parts.vulnerabilities.map(({ what }) => what),
    ...parts.goals.map(({ text }) => text),
    ...parts.notes.map(({ text }) => text),
  ];
}

/**
 * Everything a view could hold of these parts; the schema of the level then takes its own fields. `parts` are the
 * visible ones.
 */
export function presentCase(
  parts: CaseParts,
  viewer: Viewer,
  opened: Opened,
  allowedActions: readonly string[],
): CaseFileView {
  const { file } = parts;
  const { level, role, words, association } = viewer;
  const view = {
    level,
    ...outline(file, association),
    allowedActions,
    archives: file.archives,
    breakGlass: parts.breakGlass.map((glass) => presentGlass(glass, level, opened)),
    persons: file.persons.map((person) => presentPerson(person, level, opened)),
    ...presentParts(parts, opened),
    referrals: parts.referrals.map((row) => {
      const isTold = told.has(level) && (role === 'auditor' || row.sender !== association);
      return referralLine(row, association, words, isTold);
    }),
    handovers: parts.handovers.map(handoverLine),
  };
  // Checked, and cut to the level's fields, by the schema of the answer.
  return view as unknown as CaseFileView;
}

/** A break-glass is answered for to the owner and its coordinators. */
const toldOfGlass = new Set<CaseLevel>(['owner', 'coordinator-of-remit']);

function presentGlass(glass: BreakGlassRow, level: CaseLevel, opened: Opened) {
  const { association, client, opened_at: openedAt, until } = glass;
  if (!toldOfGlass.has(level)) return { association, client, openedAt, until };
  const { value, forgotten } = opened.text(glass.reason);
  return { association, client, openedAt, until, reason: value, forgotten };
}

/** Levels that are told every reason; who is no auditor, but for what the own association sent. */
const told = new Set<CaseLevel>(['coordinator-of-remit', 'coordinator', 'auditor', 'break-glass']);

/** Vulnerabilities, goals and notes, opened. */
export const presentParts = (
  parts: Pick<CaseParts, 'vulnerabilities' | 'goals' | 'notes'>,
  opened: Opened,
) => ({
  vulnerabilities: parts.vulnerabilities.map((row) => {
    const { value, forgotten } = opened.value(row.what);
    const { id, person, visibility } = row;
    const when = { recordedAt: row.recorded_at, endedAt: row.ended_at };
    return { id, person, what: value, forgotten, visibility, ...when };
  }),
  goals: parts.goals.map((row) => {
    const { value, forgotten } = opened.text(row.text);
    const when = { dueOn: row.due_on, setAt: row.set_at, changedAt: row.changed_at };
    return { id: row.id, text: value, forgotten, status: row.status, ...when };
  }),
  notes: parts.notes.map((row) => {
    const { value, forgotten } = opened.text(row.text);
    const { id, association, author } = row;
    const kind = row.private ? 'private' : 'shared';
    return { id, kind, association, author, text: value, forgotten, writtenAt: row.written_at };
  }),
});

/** A person as far as the level shows one. */
export function presentPerson(entry: PersonEntry, level: CaseLevel, opened: Opened) {
  const { person, role, identity, contact } = entry;
  const pseudonym = { person, role, forgotten: entry.forgotten };
  if (level !== 'owner' && level !== 'break-glass' && level !== 'coordinator-of-remit') {
    return pseudonym;
  }
  const who = opened.value(identity);
  const named = { ...pseudonym, forgotten: who.forgotten, identity: who.value };
  if (level === 'coordinator-of-remit') return named;
  return { ...named, contact: contact === null ? null : opened.value(contact).value };
}

/** Where the case stands for an association. */
export function caseStatusOf(file: CaseFileRow, association: string): CaseStatus {
  if (file.merged_into !== null) return 'merged';
  return file.archived_by.includes(association) ? 'archived' : 'open';
}

const outline = (file: CaseFileRow, association: string) => ({
  id: file.id,
  state: caseStatusOf(file, association),
  kind: file.kind,
  revision: file.revision.toString(),
  owner: file.owner,
  referent: file.referent,
  formerOwners: file.former_owners,
  mergedInto: file.merged_into,
  absorbed: file.absorbed,
  openedAt: file.opened_at,
  lastActivityAt: file.last_activity_at,
});

/** A case in its owner's list. */
export const caseLine = (row: CaseLineRow): CaseLine =>
  ({
    ...outline(row, row.owner),
    persons: row.persons.map(({ person }) => person),
    openReferrals: row.open_referrals,
    breakGlassUntil: row.break_glass_until,
  }) as unknown as CaseLine;
