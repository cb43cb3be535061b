import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { openLog } from '@relais/event-log/open-log';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { runReaction } from '@relais/event-log/react';
import { followPositions, type Readiness, readiness } from '@relais/event-log/wait-for';
import type { ReadModel } from '@relais/http/app-options';
import { loggable } from '@relais/http/faults';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { followRights } from '@relais/http/rights';
import type { TokenOptions } from '@relais/http/token';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { observedDatabase } from '@relais/telemetry/observed-database';
import { observedLog } from '@relais/telemetry/observed-log';
import { startTelemetry } from '@relais/telemetry/telemetry';
import type { FastifyBaseLogger } from 'fastify';
import { resourcesApp } from './app.ts';
import type { Config } from './config.ts';
import { resourcesProjection } from './project.ts';
import { answerWithPlaces, placesReaction, placesReactionPrefixes } from './react.ts';

export type RunningService = {
  /** Where it listens. */
  readonly url: string;
  /** Rejects when something the service cannot do without has ended. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
};

const consumer = schemaOf(resourcesProjection);
const waitMaxMs = 5_000;
const watchMs = 100;

/** Starts one process of the resources service; `keys` are the issuer's. */
export async function startResources(
  config: Config,
  keys: TokenOptions['keys'],
): Promise<RunningService> {
  const telemetry = await startTelemetry({
    service: 'resources',
    version: '0.1.0',
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
  const options = { url: config.DATABASE_URL, applicationName: 'relais-resources' };
  const database = observedDatabase(openDatabase({ ...options, max: 10 }));
  const rows = openDatabase({ ...options, max: 5, searchPath: [consumer, 'public'] });
  await migrate(database, eventLogMigrations);
  await migrate(database, idempotencyMigrations);
  const log = observedLog(await openLog({ database, eventStoreUrl: config.EVENTSTORE_URL }));
  const stopping = new AbortController();
  const { signal } = stopping;

  const rights = followRights(log, signal);
  const positions = followPositions(database, signal);
  const status = () => readiness(database, log, consumer);
  let isLive = false;
  const readModel: ReadModel = {
    isReadable: () => isLive,
    waitFor: (position) => positions.waitFor(consumer, position, waitMaxMs),
  };
  const app = await resourcesApp({
    issuer: config.RELAIS_ISSUER,
    keys,
    rights,
    log,
    database,
    rows: observedDatabase(rows),
    readModel,
    readiness: async () => {
      const { position, head, state } = await status();
      const projection = { name: consumer, position, head, caughtUp: state === 'live' };
      return { projections: [projection], checks: { rights: rights.hasCaughtUp() } };
    },
    masters: config.RELAIS_MASTER_KEY,
    now: () => new Date(),
    logLevel: config.RELAIS_LOG_LEVEL,
    prepare: (scope) => telemetry.observeRequests(scope),
  });

  const live = untilLive(status, signal).then(() => {
    isLive = true;
  });
  const owner = `${hostname()}:${process.pid}`;
  const report = (event: object) => app.log.info({ consumer: event }, 'consumer');
  const run = { log, database, signal, owner, report };
  const background = [
    live,
    rights.done,
    runProjection({ ...run, projection: resourcesProjection }),
    runReaction({
      ...run,
      name: placesReaction,
      prefixes: placesReactionPrefixes,
      on: answerWithPlaces(log),
    }),
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
