import { hkdfSync } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConsumerRun } from '@relais/event-log/consumer';
import type { Log } from '@relais/event-log/log';
import { openLog } from '@relais/event-log/open-log';
import { runProjection } from '@relais/event-log/project';
import { type Projection, schemaOf } from '@relais/event-log/projection';
import {
  consumersBeside,
  followPositions,
  type Positions,
  type Readiness,
  readiness,
} from '@relais/event-log/wait-for';
import type { App, AppOptions } from '@relais/http/app-options';
import { loggable } from '@relais/http/faults';
import { idempotencyMigrations, idempotencyStore } from '@relais/http/idempotency';
import { followRights, type Rights } from '@relais/http/rights';
import { type Database, openDatabase, type Sql } from '@relais/postgres/database';
import { type Migrations, migrate } from '@relais/postgres/migrate';
import { observedDatabase } from '@relais/telemetry/observed-database';
import { observedLog } from '@relais/telemetry/observed-log';
import { startTelemetry } from '@relais/telemetry/telemetry';
import type { FastifyBaseLogger } from 'fastify';
import type { ServiceConfig } from './config.ts';
import { onceLive } from './once-live.ts';

export type RunningService = {
  /** Where it listens. */
  readonly url: string;
  /** Rejects when something the service cannot do without has ended. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
};

/** What the platform gives to a service: its app and its background work are made of this. */
export type ServiceBase = {
  readonly log: Log;
  readonly database: Database;
  /** Where the rows of the read model are. */
  readonly rows: Sql;
  readonly rights: Rights;
  readonly positions: Positions;
  /** The read model's name in the log's tables: `referrals_1`, say. */
  readonly consumer: string;
  readonly signal: AbortSignal;
  /** Options that every app takes as they are. */
  readonly http: Pick<
    AppOptions,
    'database' | 'readModel' | 'readiness' | 'cursorKey' | 'now' | 'logLevel' | 'prepare'
  >;
};

export type Service<Event> = {
  readonly name: string;
  readonly config: ServiceConfig;
  readonly projection: Projection<Event>;
  /** Of the service's own tables, beside those of the log and of the idempotency keys. */
  readonly migrations?: readonly Migrations[];
  readonly app: (base: ServiceBase) => Promise<App>;
  /** Reactions and whatever else runs until the signal aborts; the projection and the rights run anyway. */
  readonly background?: (base: ServiceBase, run: ConsumerRun) => readonly Promise<void>[];
};

const waitMaxMs = 5_000;
const watchMs = 100;

/** Starts one process of a service: database, log, rights, read model, app; stopped in the opposite order. */
export async function runService<Event>(service: Service<Event>): Promise<RunningService> {
  const { name, config, projection } = service;
  const telemetry = await startTelemetry({
    service: name,
    version: '0.1.0',
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
  const consumer = schemaOf(projection);
  const options = { url: config.DATABASE_URL, applicationName: `relais-${name}` };
  const database = observedDatabase(openDatabase({ ...options, max: 10 }), 'main');
  const rowsPool = openDatabase({ ...options, max: 5, searchPath: [consumer, 'public'] });
  const rows = observedDatabase(rowsPool, 'rows');
  const own = service.migrations ?? [];
  for (const each of [idempotencyMigrations, ...own]) {
    await migrate(database, each);
  }
  const log = observedLog(await openLog({ database, eventStoreUrl: config.EVENTSTORE_URL }));
  const stopping = new AbortController();
  const { signal } = stopping;

  const rights = followRights(log, signal);
  const positions = followPositions(database, signal);
  let isLive = false;
  const status = async () => {
    const now = await readiness(database, log, consumer);
    // Ready must not be said before reads are answered.
    isLive ||= now.state === 'live';
    return now;
  };
  const base: ServiceBase = {
    ...{ log, database, rows, rights, positions, consumer, signal },
    http: {
      database,
      readModel: {
        isReadable: () => isLive,
        waitFor: (position) => positions.waitFor(consumer, position, waitMaxMs),
        head: () => log.head(),
      },
      async readiness() {
        const { position, head, state } = await status();
        const behind = { name: consumer, position, head, caughtUp: state === 'live' };
        const consumers = await consumersBeside(database, log, name);
        return { projections: [behind], consumers, checks: { rights: rights.hasCaughtUp() } };
      },
      cursorKey: cursorKey(name, config),
      now: () => new Date(),
      logLevel: config.RELAIS_LOG_LEVEL,
      prepare: (scope) => telemetry.observeRequests(scope),
    },
  };
  const app = await service.app({ ...base, rows: onceLive(rows, () => isLive) });

  const run: ConsumerRun = {
    ...{ database, signal, owner: `${hostname()}:${process.pid}` },
    report: (event) => app.log.info({ consumer: event }, 'consumer'),
  };
  const background = [
    untilLive(status, signal),
    rights.done,
    idempotencyStore(database).prune(signal),
    runProjection({ ...run, log, projection }),
    ...(service.background?.(base, run) ?? []),
  ];
  const failed = firstFailure(background, app.log);
  const url = await app.listen({ host: config.RELAIS_HOST, port: config.RELAIS_SERVICE_PORT });
  return {
    url,
    failed,
    async stop() {
      await app.close();
      stopping.abort();
      await Promise.allSettled(background);
      await log.close();
      await rows.close();
      await database.close();
      await telemetry.stop();
    },
  };
}

/** The same in every process of the service that has the same master key. */
const cursorKey = (name: string, { RELAIS_MASTER_KEY: masters }: ServiceConfig): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', masters.current.key, '', `relais.${name}.cursor`, 32));

/** Resolves once the rows can be read, or when `signal` aborts. */
async function untilLive(status: () => Promise<Readiness>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = await status().catch(() => undefined);
    if (now?.state === 'live') return;
    await wait(watchMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Rejects with the first error of work that should never end by one. */
function firstFailure(
  background: readonly Promise<void>[],
  log: FastifyBaseLogger,
): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    for (const work of background) {
      work.catch((error: unknown) => {
        log.fatal({ fault: loggable(error) }, 'background work ended');
        reject(error);
      });
    }
  });
  failed.catch(() => undefined);
  return failed;
}
