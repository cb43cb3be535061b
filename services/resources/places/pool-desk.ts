import { setTimeout as sleep } from 'node:timers/promises';
import type { OfferId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import { ContentMismatch, type Expected, type Log, type NewEvent } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { type CommandContext, type Done, type Outcome, stamp } from '@relais/event-log/submit';
import { balancedLog } from './balanced-log.ts';
import type { PoolCommand, PoolRefusal } from './commands.ts';
import { balanceEvery, poolAggregate } from './decide.ts';
import type { Pool } from './state.ts';

/** Commands that are decided together. */
const batchMax = 64;
/** With many processes each loses most races on one pool, but somebody wins each of them. */
const attemptsMax = 40;

/** Pools that a process remembers to be there. */
const begunMax = 10_000;

type PoolOutcome = Outcome<Pool, PoolRefusal>;
type By = { readonly context: CommandContext; readonly expected?: bigint | undefined };

/** Where commands on pools are handed in. */
export type PoolDesk = {
  readonly log: Log;
  /** Read, decide, append, as `submit` does it; those that wait for one pool go together in one append. */
  carryOut(command: PoolCommand, by: By): Promise<PoolOutcome>;
  /** Whether anything was ever said of the pool: then it stays so, and is not read again. */
  hasBegun(offer: OfferId): Promise<boolean>;
  /** The pool as it is this moment. */
  read(offer: OfferId): Promise<PoolNow>;
};
export type PoolNow = Pick<Loaded, 'pool' | 'revision' | 'position'>;

type Job = By & {
  readonly command: PoolCommand;
  readonly resolve: (outcome: PoolOutcome) => void;
  readonly reject: (error: unknown) => void;
};

/** One for a process: whoever comes while an append to a pool is under way is decided with the next. */
export function openPoolDesk(log: Log): PoolDesk {
  const waiting = new Map<OfferId, Job[]>();
  const begun = new Map<OfferId, Promise<boolean>>();
  const balanced = balancedLog(log, 'place-pool-balanced', balanceEvery);

  async function serve(offer: OfferId, jobs: Job[]): Promise<void> {
    // Those who come in this turn of the event loop go along.
    await new Promise(setImmediate);
    while (jobs.length > 0) await together(balanced, offer, jobs.splice(0, batchMax));
    waiting.delete(offer);
  }

  return {
    log,
    hasBegun(offer) {
      const known = begun.get(offer);
      if (known !== undefined) return known;
      if (begun.size >= begunMax) begun.clear();
      const looked = isThere(log, offer);
      begun.set(offer, looked);
      const forget = () => begun.delete(offer);
      looked.then((is) => is || forget(), forget);
      return looked;
    },
    read: (offer) => load(balanced, offer, new Set()),
    carryOut: (command, by) =>
      new Promise((resolve, reject) => {
        const job = { command, ...by, resolve, reject };
        const queue = waiting.get(command.offer);
        if (queue !== undefined) {
          queue.push(job);
          return;
        }
        const jobs = [job];
        waiting.set(command.offer, jobs);
        void serve(command.offer, jobs);
      }),
  };
}

async function isThere(log: Log, offer: OfferId): Promise<boolean> {
  for await (const _ of log.read(`place-pool-${offer}`, { max: 1 })) return true;
  return false;
}

/** Answers every job; never rejects. */
async function together(log: Log, offer: OfferId, jobs: readonly Job[]): Promise<void> {
  try {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      if (await attemptOn(log, offer, jobs)) return;
      await sleep(Math.random() * Math.min(attempt, 10));
    }
    for (const { resolve } of jobs) resolve({ outcome: 'contended' });
  } catch (error) {
    if (error instanceof ContentMismatch && jobs.length > 1) {
      // One of them was carried out long ago: it must not spoil the others.
      for (const job of jobs) await together(log, offer, [job]);
      return;
    }
    for (const { reject } of jobs) reject(error);
  }
}

type Loaded = {
  readonly pool: Pool;
  readonly revision: Expected;
  readonly position: bigint;
  /** What commands led to that were carried out before. */
  readonly done: ReadonlyMap<string, Done<Pool>>;
};

async function load(log: Log, offer: OfferId, ids: ReadonlySet<string>): Promise<Loaded> {
  let pool = poolAggregate.initial;
  let revision: Expected = 'none';
  let position = 0n;
  const done = new Map<string, Done<Pool>>();
  for await (const record of log.read(`place-pool-${offer}`)) {
    pool = poolAggregate.evolve(pool, parse(placePoolContract, record));
    ({ revision, position } = record);
    const { commandId } = record.metadata;
    if (!ids.has(commandId)) continue;
    done.set(commandId, { outcome: 'done', state: pool, revision, position, duplicate: true });
  }
  return { pool, revision, position, done };
}

/** False when another writer was faster; otherwise every job is answered. */
async function attemptOn(log: Log, offer: OfferId, jobs: readonly Job[]): Promise<boolean> {
  const ids = new Set(jobs.map(({ context }) => context.commandId));
  const loaded = await load(log, offer, ids);
  const { answers, events } = decideAll(jobs, loaded);
  let { position } = loaded;
  if (events.length > 0) {
    const options = { expected: loaded.revision };
    const appended = await log.append(`place-pool-${offer}`, events, options);
    if (!appended.appended) return false;
    ({ position } = appended);
  }
  for (const [n, { context, resolve }] of jobs.entries()) {
    const outcome = answers[n];
    if (outcome === undefined) continue;
    const isNew = outcome.outcome === 'done' && !loaded.done.has(context.commandId);
    resolve(isNew ? { ...outcome, position } : outcome);
  }
  return true;
}

/** Each as if it had come after those before it: an answer for each, and all that is to be appended. */
function decideAll(
  jobs: readonly Job[],
  loaded: Loaded,
): { answers: PoolOutcome[]; events: NewEvent[] } {
  const events: NewEvent[] = [];
  const seen = new Map(loaded.done);
  let { pool, revision } = loaded;
  const answers = jobs.map((job): PoolOutcome => {
    const { context } = job;
    const before = seen.get(context.commandId);
    if (before !== undefined) return before;
    if (job.expected !== undefined && job.expected !== revision) {
      return { outcome: 'stale', state: pool, revision };
    }
    const decision = poolAggregate.decide(job.command, pool);
    if (!decision.accepted) {
      return { outcome: 'refused', refusal: decision.refusal, state: pool, revision };
    }
    const stamped = decision.events.map((event, index) => stamp(event, index, context));
    events.push(...stamped);
    pool = decision.events.reduce(poolAggregate.evolve, pool);
    revision = after(revision, stamped.length);
    const done: Done<Pool> = {
      ...{ outcome: 'done', state: pool, position: loaded.position },
      ...{ revision: revision === 'none' ? 0n : revision, duplicate: stamped.length === 0 },
    };
    seen.set(context.commandId, { ...done, duplicate: true });
    return done;
  });
  return { answers, events };
}

const after = (revision: Expected, added: number): Expected => {
  if (added === 0) return revision;
  return (revision === 'none' ? -1n : revision) + BigInt(added);
};
