import { type RunningService, runService } from '@relais/service/run-service';
import { identityApp } from './app.ts';
import type { Config } from './config.ts';
import { issuerMigrations } from './issuer/signing-keys.ts';
import { identityProjection } from './project.ts';
import { disableClientsOfLeavers } from './react.ts';

/** Starts one process of the identity service. */
export const startIdentity = (config: Config): Promise<RunningService> =>
  runService({
    name: 'identity',
    config,
    projection: identityProjection,
    migrations: [issuerMigrations],
    app: ({ http, ...base }) =>
      identityApp({
        ...base,
        http,
        issuer: config.RELAIS_ISSUER,
        isEmbedded: config.RELAIS_EMBEDDED_ISSUER !== 'off',
        masters: config.RELAIS_MASTER_KEY,
        now: http.now,
      }),
    background: ({ log, signal }) => [disableClientsOfLeavers(log, signal)],
  });
