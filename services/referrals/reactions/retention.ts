import { setTimeout as wait } from 'node:timers/promises';
import { system } from '@relais/contracts/actors';
import { CaseId, PersonId } from '@relais/contracts/ids';
import { type RetentionPolicy, retentionPolicy } from '@relais/contracts/retention';
import { type ConsumerRun, consumeAlone } from '@relais/event-log/consumer';
import { derivedId } from '@relais/event-log/event-id';
import { type Cause, caseTarget, type Reacting, rowsUpTo, submitAs } from './system-command.ts';

const sweepEveryMs = 60 * 60_000;
const casesAtOnce = 200;

/**
 * Forgets whose case nobody has touched for the time that the policy names; one process at a time, every hour. A
 * sweep over the rows and not a timer per case: that would be moved by every event of the case, and two years are
 * not measured in seconds. It keeps no state: what a sweep did not get to, the next one finds.
 */
export async function runRetention(run: ConsumerRun & Reacting): Promise<void> {
  await consumeAlone(run, {
    name: 'referrals-retention',
    async lead(_lease, signal) {
      while (!signal.aborted) {
        await forgetInactive(run, retentionPolicy, signal);
        await wait(sweepEveryMs, undefined, { signal }).catch(() => undefined);
      }
    },
  });
}

/** One sweep; gives how many persons are forgotten by it. Throws TryAgain while the rows are behind the log. */
export async function forgetInactive(
  desk: Reacting,
  { version, caseDays }: RetentionPolicy,
  signal: AbortSignal,
): Promise<number> {
  await rowsUpTo(desk, await desk.log.head());
  const now = desk.now();
  const before = new Date(now.getTime() - caseDays * 86_400_000);
  let forgotten = 0;
  for (let after: string | null = null; !signal.aborted; ) {
    const cases: readonly Inactive[] = await inactiveCases(desk, before, after);
    for (const file of cases) {
      forgotten += await forgetPersons(desk, file, { now: now.toISOString(), version });
    }
    after = cases.at(-1)?.id ?? null;
    if (after === null) break;
  }
  return forgotten;
}

type Inactive = {
  readonly id: string;
  readonly persons: readonly string[];
  readonly revision: bigint;
};

/**
 * Cases with somebody to forget in which nobody did anything since `before`. The platform's own events are no
 * activity (else the forgetting of the first person would spare the others), and a case that was merged lives as long
 * as the one it was merged into.
 */
async function inactiveCases(
  { rows }: Reacting,
  before: Date,
  after: string | null,
): Promise<readonly Inactive[]> {
  const { rows: found } = await rows.query<Inactive>(
    `select id, revision,
       array(select p ->> 'person' from jsonb_array_elements(persons) p where not (p ->> 'forgotten')::boolean) as persons
     from case_file c
     where opened_at < $1 and ($2::uuid is null or id > $2)
       and persons @> '[{"forgotten": false}]'
       and not exists (
         with recursive line as (
           select c.id, c.merged_into
           union select n.id, n.merged_into from case_file n join line on n.id = line.merged_into
         )
         select from line cross join lateral (
           select recorded_at from history h where h.case_id = line.id and h.actor not like 'system:%'
           order by position desc limit 1
         ) last
         where last.recorded_at >= $1
       )
     order by id limit $3`,
    [before, after, casesAtOnce],
  );
  return found;
}

/** Refused as stale when somebody has just touched the case: then it is not inactive any more. */
async function forgetPersons(
  desk: Reacting,
  { id, persons, revision }: Inactive,
  { now, version }: { readonly now: string; readonly version: string },
): Promise<number> {
  const caseId = CaseId.parse(id);
  let forgotten = 0;
  for (const person of persons) {
    // No event is the cause: the person's retention is, which has one id for ever.
    const retention = derivedId('retention', id, person);
    const cause: Cause = {
      reaction: `retention-${version}`,
      eventId: retention,
      correlationId: retention,
      purpose: 'retention',
    };
    const { outcome } = await submitAs(
      desk,
      cause,
      caseTarget(caseId),
      {
        type: 'forgetPerson',
        actor: system,
        now,
        body: { person: PersonId.parse(person), occurredAt: undefined },
        facts: { newIds: [], involved: false, received: [] },
      },
      { commandId: retention, expected: revision + BigInt(forgotten) },
    );
    if (outcome !== 'done') return forgotten;
    forgotten += 1;
  }
  return forgotten;
}
