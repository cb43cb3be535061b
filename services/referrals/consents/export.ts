import type { SubjectExport } from '@relais/contracts/views/consents';
import type { Caller } from '@relais/http/caller';
import { presentParts, presentPerson, sealedIn, visibleParts } from '../cases/present.ts';
import type { CaseParts } from '../cases/query.ts';
import type { AssociationRow } from '../directory/project.ts';
import { type Opened, openRecorded, type ReadModelAccess } from '../reading.ts';
import type { ContributionRow, ReferralRow } from '../referrals/rows.ts';
import { labelForPerson, type Words } from '../words.ts';
import { consultationLine, presentConsents, sealedInConsents } from './present.ts';
import { findConsents, listConsultations } from './query.ts';

type Asking = {
  readonly caller: Caller;
  readonly correlationId: string;
  /** Of a household, who asks: gets nothing that is about the others. Undefined: for all of them together. */
  readonly person: string | undefined;
  readonly words: Words;
};

/** What the person may ask for: own data, who received what, who consulted it. `parts`: the whole case. */
export async function exportFor(
  access: ReadModelAccess,
  parts: CaseParts,
  { caller, correlationId, person, words }: Asking,
): Promise<SubjectExport> {
  const level = 'owner' as const;
  const { role, association, remit } = caller;
  const isAbout = (one: { readonly person: string }) =>
    person === undefined || one.person === person;
  const concerns = ({ persons }: { readonly persons: readonly string[] }) =>
    person === undefined || persons.includes(person);
  const visible = partsAbout(visibleParts(parts, { level, role, association, remit, words }), {
    isAbout,
    concerns,
  });
  const rows = await findConsents(access.sql, parts.file.id);
  const told = await textsForPerson(access, visible);
  const sealed = [
    ...[...sealedIn(visible, level), ...sealedInConsents(rows, level)],
    ...[...visible.referrals.map(({ need }) => need), ...told.map(({ text }) => text)],
  ].filter(isAbout);
  const reading = { caller, correlationId, case: parts.file.id, referral: null, level };
  const opened = openedAbout(await openRecorded(access, reading, sealed), isAbout);
  const consultations = await listConsultations(access.sql, parts.file.id, undefined, null);
  const owners = ownersOf(visible);
  const names = await namesOf(access, visible, owners);
  const mine = (persons: readonly string[]) => (person === undefined ? persons : [person]);
  const { consents, exceptions } = presentConsents(rows, level, opened, words.now);
  const view = {
    case: parts.file.id,
    exportedAt: words.now,
    persons: visible.file.persons.map((person) => presentPerson(person, level, opened)),
    ...presentParts(visible, opened),
    ...{ consents, exceptions },
    owners: owners.map((owner) => ({
      ...owner,
      associationName: names.get(owner.association) ?? null,
    })),
    referrals: visible.referrals.map((row) => referralForPerson(row, told, opened, words)),
    recipients: visible.referrals.flatMap((row) =>
      row.sent_at === null || row.receiver === null
        ? []
        : [
            {
              association: row.receiver,
              associationName: names.get(row.receiver) ?? null,
              ...{ referral: row.id, persons: mine(row.persons), categories: row.categories },
              ...{ sentAt: row.sent_at, state: row.state },
              label: labelForPerson(row.state, words),
            },
          ],
    ),
    consultations: consultations
      .filter(concerns)
      .map((row) => consultationLine({ ...row, persons: mine(row.persons) })),
  };
  return view as unknown as SubjectExport;
}

type About = {
  readonly isAbout: (one: { readonly person: string }) => boolean;
  readonly concerns: (one: { readonly persons: readonly string[] }) => boolean;
};

function partsAbout(parts: CaseParts, { isAbout, concerns }: About): CaseParts {
  const { file, vulnerabilities, goals, notes, referrals } = parts;
  return {
    ...parts,
    file: { ...file, persons: file.persons.filter(isAbout) },
    vulnerabilities: vulnerabilities.filter(isAbout),
    goals: goals.filter(({ text }) => isAbout(text)),
    notes: notes.filter(({ text }) => isAbout(text)),
    referrals: referrals.filter(concerns),
    breakGlass: [],
  };
}

/** What is about somebody else was not opened, and says nothing. */
function openedAbout({ text, value }: Opened, isAbout: About['isAbout']): Opened {
  const nothing = { value: null, forgotten: false };
  return {
    text: (one) => (isAbout(one) ? text(one) : nothing),
    value: (one) => (isAbout(one) ? value(one) : nothing),
  };
}

type Owner = { readonly association: string; readonly since: string };

function ownersOf({ file, handovers }: CaseParts): Owner[] {
  const taken = handovers
    .filter(({ kind, state }) => kind === 'handover' && state === 'accepted')
    .map((row) => ({
      ...{ from: row.from_association, association: row.to_association ?? file.owner },
      since: row.answered_at ?? row.opened_at,
    }))
    .sort((one, other) => (one.since < other.since ? -1 : 1));
  const first = { association: taken[0]?.from ?? file.owner, since: file.opened_at };
  return [first, ...taken.map(({ association, since }) => ({ association, since }))];
}

/** A referral in what is handed to the person. */
function referralForPerson(
  row: ReferralRow,
  told: readonly ContributionRow[],
  opened: Opened,
  words: Words,
) {
  const need = opened.text(row.need);
  return {
    ...{ id: row.id, state: row.state, label: labelForPerson(row.state, words) },
    ...{ need: need.value, forgotten: need.forgotten },
    reason: row.told_person ? row.reason : null,
    outcome: row.told_person ? row.outcome : null,
    texts: told
      .filter((one) => one.referral_id === row.id)
      .map(({ association, kind, at, text }) => {
        const { value, forgotten } = opened.text(text);
        return { association, kind, at, text: value, forgotten };
      }),
  };
}

/** What was written for the person to read, and what was passed on about them when the receiver asked. */
async function textsForPerson({ sql }: ReadModelAccess, { referrals }: CaseParts) {
  const { rows } = await sql.query(
    `select * from referral_contribution where referral_id = any($1::uuid[]) and (told_person or kind = 'info-supplied')
     order by position`,
    [referrals.map(({ id }) => id)],
  );
  return rows as ContributionRow[];
}

async function namesOf(
  { sql }: ReadModelAccess,
  { referrals }: CaseParts,
  owners: readonly Owner[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query('select id, name from association where id = any($1::uuid[])', [
    [
      ...referrals.flatMap(({ receiver }) => receiver ?? []),
      ...owners.map(({ association }) => association),
    ],
  ]);
  return new Map((rows as Pick<AssociationRow, 'id' | 'name'>[]).map(({ id, name }) => [id, name]));
}
