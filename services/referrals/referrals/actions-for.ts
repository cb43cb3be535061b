import { actorOf } from '@relais/contracts/actors';
import { referralContract } from '@relais/contracts/referral-events';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Caller } from '@relais/http/caller';
import { evolve } from './evolve.ts';
import { allowedActions } from './permitted.ts';
import type { ReferralRow } from './rows.ts';
import { absent, type Referral } from './state.ts';

/** What the rules let this caller do to the referral, at the revision that the row shows. */
export async function referralActionsFor(
  log: Pick<Log, 'read'>,
  caller: Caller,
  { id, revision }: Pick<ReferralRow, 'id' | 'revision'>,
  eligible: boolean,
): Promise<readonly string[]> {
  let state: Referral = absent;
  for await (const record of log.read(`referral-${id}`, { max: Number(revision) + 1 })) {
    state = evolve(state, parse(referralContract, record));
  }
  return allowedActions(state, actorOf(caller), eligible);
}
