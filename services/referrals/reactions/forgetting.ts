import { caseContract } from '@relais/contracts/case-events';
import { Identity } from '@relais/contracts/cases';
import { CaseId, PersonId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import { derivedId, streamId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { SealBroken } from '@relais/vault/cipher';
import { foldRows } from '../as-of.ts';
import { linked } from '../cases/consequences.ts';
import type { CaseFileRow } from '../cases/rows.ts';
import { sameInOther } from '../merges/same-person.ts';
import { referralsProjection } from '../project.ts';
import { readCase } from '../stored.ts';
import { isMade } from './merges.ts';
import { caseTarget, causeOf, type Reacting, submitAs } from './system-command.ts';

type Forgetting = Pick<Reacting, 'log' | 'vault' | 'now'>;

/**
 * A person who is to be forgotten is: in the files that are merged with this one first, because the names tell who is
 * the same there; then the keys are destroyed, so that nothing of the person opens any more, here, in copies and in
 * the log. Doing it twice is harmless; a process that dies in between has not moved its checkpoint, and the next one
 * does it. What retention forgets lives in each file by that file's own activity.
 */
export async function forgetPerson(desk: Forgetting, record: Recorded): Promise<void> {
  const event = parse(caseContract, record);
  if (event.type !== 'case-person-forgotten.v1') return;
  if (event.data.because === 'request') await forgetInMerged(desk, record);
  await desk.vault.forget(event.data.person);
}

/** Who was forgotten after the merge was made, and before it linked this file, is forgotten in the other one too. */
export async function forgetMeanwhile(desk: Forgetting, record: Recorded): Promise<void> {
  if (record.type !== 'case-merged.v1') return;
  const event = parse(caseContract, record);
  if (event.type !== 'case-merged.v1') return;
  const made = await madeAs(desk.log, event.data.merge);
  if (made === undefined) return;
  for await (const earlier of desk.log.read(record.stream)) {
    if (earlier.position <= made.position || earlier.type !== 'case-person-forgotten.v1') continue;
    const told = parse(caseContract, earlier);
    if (told.type !== 'case-person-forgotten.v1' || told.data.because !== 'request') continue;
    await forgetInMerged(desk, earlier);
  }
}

/**
 * Each of them is told by an event of its own, which goes on to the files that are merged with that one. Of two files
 * one is linked first: until the other is, nothing can be told there, and the keys that tell who is the same stay.
 */
async function forgetInMerged(desk: Forgetting, record: Recorded): Promise<void> {
  const { person } = record.data as { person: string };
  const id = CaseId.parse(streamId(record));
  const state = await readCase(desk.log, id);
  if (state.status === 'absent') return;
  const links = [...state.absorbed, ...(state.mergedInto === null ? [] : [state.mergedInto])];
  if (links.length === 0) return;
  const cause = causeOf('forgotten-in-merged', record);
  const here = await namedIn(desk, id);
  for (const { merge, case: other } of links) {
    const made = await madeAs(desk.log, merge);
    if (made === undefined) continue;
    const there = await readCase(desk.log, other);
    if (there.status === 'absent' || !linked(there, merge)) {
      if (await isMade(desk, merge))
        throw new TryAgain(`merge ${merge} has linked one file so far`);
      continue;
    }
    for (const same of sameInOther(person, here, await namedIn(desk, other), made.reason)) {
      const command = { type: 'forgetMerged', merge, person: PersonId.parse(same) } as const;
      const commandId = derivedId('reaction', cause.reaction, record.id, same);
      await submitAs(desk, cause, caseTarget(other), command, { commandId });
    }
  }
}

/** Why two files were merged, and where the log has it; undefined for a link that no merge made. */
async function madeAs(
  log: Log,
  merge: string,
): Promise<{ reason: string; position: bigint } | undefined> {
  for await (const record of log.read(`merge-${merge}`, { max: 1 })) {
    const event = parse(mergeContract, record);
    if (event.type === 'merge-made.v1') {
      return { reason: event.data.reason, position: record.position };
    }
  }
  return undefined;
}

/**
 * The persons of a file as the log has them this very moment; without a name where their keys are gone, or where it
 * does not open or is none: what is broken must not keep anybody from being forgotten.
 */
async function namedIn({ log, vault }: Forgetting, id: CaseId) {
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
