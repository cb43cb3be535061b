import { actorOf } from '@relais/contracts/actors';
import { caseContract } from '@relais/contracts/case-events';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Caller } from '@relais/http/caller';
import { allowedCaseActions, caseFile } from './decide.ts';
import type { CaseFileRow } from './rows.ts';

/** What the rules let this caller do to the case, at the revision that the row shows. */
export async function caseActionsFor(
  log: Pick<Log, 'read'>,
  caller: Caller,
  { id, revision }: Pick<CaseFileRow, 'id' | 'revision'>,
  involved: boolean,
): Promise<readonly string[]> {
  let state = caseFile.initial;
  for await (const record of log.read(`case-${id}`, { max: Number(revision) + 1 })) {
    state = caseFile.evolve(state, parse(caseContract, record));
  }
  return allowedCaseActions(state, actorOf(caller), involved);
}
