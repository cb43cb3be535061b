import { caseContract } from '@relais/contracts/case-events';
import { Identity } from '@relais/contracts/cases';
import { CaseId, PersonId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import { derivedId, streamId } from '@relais/event-log/event-id';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { SealBroken } from '@relais/vault/cipher';
import { foldRows } from '../as-of.ts';
import { linked } from '../cases/consequences.ts';
import type { CaseFileRow } from '../cases/rows.ts';
import type { CaseState } from '../cases/state.ts';
import { sameInOther } from '../merges/same-person.ts';
import { referralsProjection } from '../project.ts';
import { readCase } from '../stored.ts';
import { carryOutMerge } from './merges.ts';
import { caseTarget, causeOf, type Reacting, rowsReach, submitAs } from './system-command.ts';

/**
 * A person who is to be forgotten is: in the files that are merged with this one first, because the names tell who is
 * the same there; then the keys are destroyed, so that nothing of the person opens any more, here, in copies and in
 * the log. Doing it twice is harmless; a process that dies in between has not moved its checkpoint, and the next one
 * does it. What retention forgets lives in each file by that file's own activity.
 */
export async function forgetPerson(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(caseContract, record);
  if (event.type !== 'case-person-forgotten.v1') return;
  if (event.data.because === 'request') await forgetInMerged(desk, record);
  await desk.vault.forget(event.data.person);
}

/** Who was forgotten after the merge was made, and before it linked this file, is forgotten in the other one too. */
export async function forgetMeanwhile(desk: Reacting, record: Recorded): Promise<void> {
  if (record.type !== 'case-merged.v1') return;
  const event = parse(caseContract, record);
  if (event.type !== 'case-merged.v1') return;
  const made = await recordOf(desk.log, event.data.merge);
  if (made === undefined) return;
  for await (const earlier of desk.log.read(record.stream)) {
    if (earlier.position <= made.position || earlier.type !== 'case-person-forgotten.v1') continue;
    const told = parse(caseContract, earlier);
    if (told.type !== 'case-person-forgotten.v1' || told.data.because !== 'request') continue;
    await forgetInMerged(desk, earlier);
  }
}

/** Each of them is told by an event of its own, which goes on to the files that are merged with that one. */
async function forgetInMerged(desk: Reacting, record: Recorded): Promise<void> {
  const { person } = record.data as { person: string };
  const id = CaseId.parse(streamId(record));
  await linkMerges(desk, id, record.position);
  const state = await readCase(desk.log, id);
  const links = linksOf(state);
  if (links.length === 0) return;
  const cause = causeOf('forgotten-in-merged', record);
  const here = await namedIn(desk, id);
  for (const { merge, case: other } of links) {
    const made = await recordOf(desk.log, merge);
    const there = await readCase(desk.log, other);
    if (made === undefined || there.status === 'absent' || !linked(there, merge)) continue;
    const { reason } = made.data as { reason: string };
    for (const same of sameInOther(person, here, await namedIn(desk, other), reason)) {
      const command = { type: 'forgetMerged', merge, person: PersonId.parse(same) } as const;
      const commandId = derivedId('reaction', cause.reaction, record.id, same);
      await submitAs(desk, cause, caseTarget(other), command, { commandId });
    }
  }
}

/**
 * A merge links one file after the other, some time after it was made. Nothing can be told in a file before it is
 * linked, and without the keys nothing says who is the same there: so what the merges of this file still have to link
 * is linked first, here as well as by whoever is at it. Rows that take long, as while they are built anew, hold up
 * nobody's forgetting: then only the links that are there already count.
 */
async function linkMerges(desk: Reacting, id: CaseId, position: bigint): Promise<void> {
  const merges = new Set<string>(linksOf(await readCase(desk.log, id)).map(({ merge }) => merge));
  if (await rowsReach(desk, position)) {
    const { rows } = await desk.rows.query<{ id: string }>(
      `select id from merge where state = 'made' and $1 in (kept, absorbed)`,
      [id],
    );
    for (const { id: merge } of rows) merges.add(merge);
  }
  for (const merge of merges) {
    const made = await recordOf(desk.log, merge);
    if (made !== undefined) await carryOutMerge(desk, made);
  }
}

const linksOf = (state: CaseState) =>
  state.status === 'absent'
    ? []
    : [...state.absorbed, ...(state.mergedInto === null ? [] : [state.mergedInto])];

/** The event that made a merge; undefined for a link that no merge made. */
async function recordOf(log: Log, merge: string): Promise<Recorded | undefined> {
  for await (const record of log.read(`merge-${merge}`, { max: 1 })) {
    if (parse(mergeContract, record).type === 'merge-made.v1') return record;
  }
  return undefined;
}

/**
 * The persons of a file as the log has them this very moment; without a name where their keys are gone, or where it
 * does not open or is none: what is broken must not keep anybody from being forgotten.
 */
async function namedIn({ log, vault }: Reacting, id: CaseId) {
  const records: Recorded[] = [];
  for await (const record of log.read(`case-${id}`)) records.push(record);
  const [file] = foldRows(referralsProjection, records)('case_file') as readonly CaseFileRow[];
  const persons = file?.persons ?? [];
  return Promise.all(
    persons.map(async ({ person, role, identity: { at, ...sealed } }) => {
      const [text = 'null'] = await vault.openMany([{ sealed, at }]).catch(nothingIfBroken);
      const { data: identity = null } = Identity.safeParse(JSON.parse(text));
      return { person, isMain: role === 'main', identity };
    }),
  );
}

function nothingIfBroken(error: unknown): readonly undefined[] {
  if (error instanceof SealBroken) return [];
  throw error;
}
