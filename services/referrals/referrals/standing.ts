import type { Caller } from '@relais/http/caller';
import { HttpProblem } from '@relais/http/problem';
import type { Commanding } from '../commanding.ts';
import { referralLevel } from '../levels.ts';
import { findReferral } from './query.ts';

/**
 * What is said to who has no part in a referral: where he reads it (who took the case over, a coordinator of another
 * remit), that this is for others to do; else what an id that does not exist is answered.
 */
export async function noPart(
  { rows, now }: Commanding,
  caller: Caller,
  id: string,
): Promise<HttpProblem> {
  const parts = await findReferral(rows, caller, id, now().toISOString());
  const reads = parts !== undefined && referralLevel(caller, parts.ties) !== 'none';
  return new HttpProblem(reads ? 'not-your-part' : 'not-found');
}
