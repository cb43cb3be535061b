import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { followPositions, readiness } from '@relais/event-log/wait-for';
import type { ReadModel } from '@relais/http/app-options';
import { loggable } from '@relais/http/faults';
import { followRights } from '@relais/http/rights';
import { openDatabase } from '@relais/postgres/database';
import { observedDatabase } from '@relais/telemetry/observed-database';
import { observedLog } from '@relais/telemetry/observed-log';
import { startTelemetry } from '@relais/telemetry/telemetry';
import { identityApp } from './app.ts';
import type { Config } from './config.ts';
import { openLog } from './open-log.ts';
import { identityProjection } from './project.ts';
import { disableClientsOfLeavers } from './react.ts';

export type RunningService = {
  /** Where it listens. */
  readonly url: string;
  /** Rejects when something the service cannot do without has ended. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
};

const consumer = schemaOf(identityProjection);
const waitMaxMs = 5_000;
const watchMs = 100;

/** Starts one process of the identity service. */
export async function startIdentity(config: Config): Promise<RunningService> {
  const telemetry = await startTelemetry({
    service: 'identity',
    version: '0.1.0',
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
  const options = { url: config.DATABASE_URL, applicationName: 'relais-identity' };
  const database = observedDatabase(openDatabase({ ...options, max: 10 }));
  const rows = openDatabase({ ...options, max: 5, searchPath: [consumer, 'public'] });
  const log = observedLog(await openLog(database, config.EVENTSTORE_URL));
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
  const app = await identityApp({
    issuer: config.RELAIS_ISSUER,
    isEmbedded: config.RELAIS_EMBEDDED_ISSUER !== 'off',
    log,
    database,
    rows: observedDatabase(rows),
    readModel,
    readiness: async () => {
      const { position, head, state } = await status();
      const projection = { name: consumer, position, head, caughtUp: state === 'live' };
      return { projections: [projection], checks: { rights: rights.hasCaughtUp() } };
    },
    rights,
    masters: config.RELAIS_MASTER_KEY,
    now: () => new Date(),
    signal,
    logLevel: config.RELAIS_LOG_LEVEL,
    prepare: (scope) => telemetry.observeRequests(scope),
  });

  const watch = async () => {
    while (!(isLive || signal.aborted)) {
      isLive = await status().then(
        ({ state }) => state === 'live',
        () => false,
      );
      await wait(watchMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const owner = `${hostname()}:${process.pid}`;
  const report = (event: object) => app.log.info({ projection: event }, 'projection');
  const background = [
    watch(),
    rights.done,
    runProjection({ log, database, projection: identityProjection, signal, owner, report }),
    disableClientsOfLeavers(log, signal),
  ];
  const failed = new Promise<never>((_, reject) => {
    for (const work of background) {
      work.catch((error: unknown) => {
        app.log.fatal({ fault: loggable(error) }, 'background work ended');
        reject(error);
      });
    }
  });
  failed.catch(() => undefined);
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
