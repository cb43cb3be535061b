import type { Database } from '@relais/postgres/database';
import { textArray } from '@relais/postgres/text-array';
import type { EncodedEvent } from './encode.ts';
import type { Appended, Expected } from './log.ts';
import { openSession } from './postgres-session.ts';

const lockTimeoutMs = 4_000;
const statementTimeoutMs = 5_000;
const answerTimeoutMs = 6_000;

/** An append that waits for its batch. */
export type Waiting = {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly EncodedEvent[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Appended) => void;
  readonly reject: (error: unknown) => void;
};

export type Answer = {
  readonly outcome: 'all' | 'appended' | 'known' | 'stale';
  readonly revision: bigint;
  readonly position: bigint;
};

export type Writer = {
  readonly write: (batch: readonly Waiting[]) => Promise<Answer[]>;
  readonly close: () => void;
};

/** One session that all batches of the process go through. */
export function createWriter(database: Database): Writer {
  const session = openSession(database, {
    settings: `set synchronous_commit = on; set lock_timeout = ${lockTimeoutMs};
      set statement_timeout = ${statementTimeoutMs}`,
    answerTimeoutMs,
    isHarmless: isOfOneAppend,
  });
  return {
    async write(batch) {
      const appended = session.query<Answer>(append, valuesOf(batch), 'event-log-append');
      // On its way before the answer comes. Followers look by themselves, should it get lost.
      session.query(wakeFollowers, [], 'event-log-wake').catch(() => undefined);
      const { rows } = await appended;
      return rows[0]?.outcome === 'all' ? allAppended(batch, rows[0].position) : rows;
    },
    close: session.close,
  };
}

const append = `select outcome, revision, position
  from event_log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

/** Waits for no disk, for all notifications of the server wait for its end (migrations/5-wake.sql). */
const wakeFollowers = `select pg_notify('event_log', ''), set_config('synchronous_commit', 'off', true)`;

const revisionBefore = ({ expected }: Waiting): bigint => (expected === 'none' ? -1n : expected);

/** What each append got when all of them were accepted, one after the other from `before`. */
function allAppended(batch: readonly Waiting[], before: bigint): Answer[] {
  let position = before;
  return batch.map((waiting) => {
    const size = BigInt(waiting.events.length);
    position += size;
    return { outcome: 'appended', revision: revisionBefore(waiting) + size, position };
  });
}

function valuesOf(batch: readonly Waiting[]): unknown[] {
  const [streams, expected, sizes]: [string[], bigint[], number[]] = [[], [], []];
  const [eventStreams, revisions]: [string[], bigint[]] = [[], []];
  const [ids, types, data, metadata]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const waiting of batch) {
    let revision = revisionBefore(waiting);
    streams.push(waiting.stream);
    expected.push(revision);
    sizes.push(waiting.events.length);
    for (const event of waiting.events) {
      revision += 1n;
      eventStreams.push(waiting.stream);
      revisions.push(revision);
      ids.push(event.id);
      types.push(event.type);
      data.push(event.data);
      metadata.push(event.metadata);
    }
  }
  const independent = new Set(streams).size === streams.length && new Set(ids).size === ids.length;
  return [
    ...[textArray(streams), expected, sizes, independent],
    ...[textArray(eventStreams), revisions, ids],
    ...[textArray(types), textArray(data), textArray(metadata)],
  ];
}

/** Data exceptions and exceeded limits lie in one append, and must not spoil those beside it. */
export const isOfOneAppend = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(22|54)/.test(String(error.code));
