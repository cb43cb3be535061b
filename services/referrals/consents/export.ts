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

/** What the person may ask for: own data, who received what, who consulted it. `parts`: the whole case. */
export async function exportFor(
  access: ReadModelAccess,
  caller: Caller,
  correlationId: string,
  parts: CaseParts,
  words: Words,
): Promise<SubjectExport> {
  const level = 'owner' as const;
  const { association, remit } = caller;
  const visible = visibleParts(parts, { level, association, remit, words });
  const rows = await findConsents(access.sql, parts.file.id);
  const told = await textsForPerson(access, visible);
  const sealed = [
    ...[...sealedIn(visible, level), ...sealedInConsents(rows, level)],
    ...[...visible.referrals.map(({ need }) => need), ...told.map(({ text }) => text)],
  ];
  const reading = { caller, correlationId, case: parts.file.id, referral: null, level };
  const opened = await openRecorded(access, reading, sealed);
  const consultations = await listConsultations(access.sql, parts.file.id, undefined, null);
  const names = await namesOf(access, visible);
  const { consents, exceptions } = presentConsents(rows, level, opened, words.now);
  const view = {
    case: parts.file.id,
    exportedAt: words.now,
    persons: visible.file.persons.map((person) => presentPerson(person, level, opened)),
    ...presentParts(visible, opened),
    ...{ consents, exceptions },
    referrals: visible.referrals.map((row) => referralForPerson(row, told, opened, words)),
    recipients: visible.referrals.flatMap((row) =>
      row.sent_at === null || row.receiver === null
        ? []
        : [
            {
              association: row.receiver,
              associationName: names.get(row.receiver) ?? null,
              ...{ referral: row.id, persons: row.persons, categories: row.categories },
              ...{ sentAt: row.sent_at, state: row.state },
              label: labelForPerson(row.state, words),
            },
          ],
    ),
    consultations: consultations.map(consultationLine),
  };
  return view as unknown as SubjectExport;
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

/** What was written for the person to read. */
async function textsForPerson({ sql }: ReadModelAccess, { referrals }: CaseParts) {
  const { rows } = await sql.query(
    `select * from referral_contribution where referral_id = any($1::uuid[]) and told_person
     order by position`,
    [referrals.map(({ id }) => id)],
  );
  return rows as ContributionRow[];
}

async function namesOf(
  { sql }: ReadModelAccess,
  { referrals }: CaseParts,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query('select id, name from association where id = any($1::uuid[])', [
    referrals.flatMap(({ receiver }) => receiver ?? []),
  ]);
  return new Map((rows as Pick<AssociationRow, 'id' | 'name'>[]).map(({ id, name }) => [id, name]));
}
