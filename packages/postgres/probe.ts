import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';

/** Ends all connections to its database but the one that asks. */
export const terminateOthers = (database: Database) =>
  database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );

/** For tests: resolves when the condition holds; throws after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s');
    await sleep(5);
  }
}
