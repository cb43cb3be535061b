import type { Test } from 'tap';
import type { Log } from './log.ts';
import { appendContract } from './log-contract-append.ts';
import { duplicateContract } from './log-contract-duplicate.ts';
import { followContract } from './log-contract-follow.ts';
import { modelContract } from './log-contract-model.ts';
import { raceContract } from './log-contract-race.ts';
import { readContract } from './log-contract-read.ts';

/** Opens one more client of the store under test; what it opened is closed by the suite. */
export type OpenLog = () => Promise<Log>;

/**
 * What every store must do. Nothing here assumes an empty log or that nobody else writes: it runs against
 * live servers too.
 */
export async function logContract(t: Test, name: string, openLog: OpenLog): Promise<void> {
  await t.test(`the log's contract: ${name}`, async (t) => {
    const logs = [await openLog(), await openLog()] as const;
    t.teardown(() => Promise.all(logs.map((log) => log.close())));
    await appendContract(t, logs[0]);
    await duplicateContract(t, logs[0]);
    await readContract(t, logs[0]);
    await followContract(t, logs[0]);
    await raceContract(t, logs);
    await modelContract(t, logs[0]);
  });
}
