import { hkdfSync } from 'node:crypto';
import { associationProblems } from '@relais/contracts/associations';
import { clientProblems } from '@relais/contracts/identity';
import type { Log } from '@relais/event-log/log';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions, ReadModel } from '@relais/http/app-options';
import type { Rights } from '@relais/http/rights';
import { tokenAuthentication } from '@relais/http/token';
import type { Database, Sql } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { associationRoutes } from './associations/routes.ts';
import { clientRoutes } from './clients/routes.ts';
import { openIssuer } from './issuer/issuer.ts';
import { issuerRoutes } from './issuer/routes.ts';

/** Its own tokens are for this audience. */
export const identityAudience = 'urn:relais:identity';

export type IdentityOptions = {
  /** Its own address, as clients see it. */
  readonly issuer: string;
  readonly log: Log;
  readonly database: Database;
  /** Where the rows of the read model are. */
  readonly rows: Sql;
  readonly readModel: ReadModel;
  readonly readiness: AppOptions['readiness'];
  readonly rights: Rights;
  readonly masters: MasterKeys;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly logLevel?: AppOptions['logLevel'];
  readonly prepare?: (app: App) => Promise<void>;
};

/** The identity service, ready for `listen`: the issuer at its address, and who may do what under /v1. */
export async function identityApp(options: IdentityOptions): Promise<App> {
  const { issuer: address, log, database, rows, rights, masters, now, signal } = options;
  let app: App | undefined;
  const issuer = await openIssuer({
    issuer: address,
    database,
    log,
    masters,
    now,
    signal,
    logger: { error: (details, message) => app?.log.error(details, message) },
  });
  app = await buildApp({
    service: 'identity',
    title: 'Relais: identity',
    description:
      'Associations, their software and its rights; access tokens at the address itself.',
    routes: async (scope) => {
      associationRoutes(scope, log, rows);
      clientRoutes(scope, log, rows);
    },
    prepare: async (scope) => {
      await options.prepare?.(scope);
      await issuerRoutes(scope, issuer, now);
    },
    problems: { ...associationProblems, ...clientProblems },
    authenticate: tokenAuthentication({
      issuer: address,
      audience: identityAudience,
      keys: issuer.keys,
      rights,
      now,
    }),
    database,
    readModel: options.readModel,
    readiness: options.readiness,
    cursorKey: cursorKey(masters),
    now,
    ...(options.logLevel !== undefined && { logLevel: options.logLevel }),
  });
  return app;
}

/** The same in every process that has the same master key. */
const cursorKey = (masters: MasterKeys): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', masters.current.key, '', 'relais.identity.cursor', 32));
