import { hkdfSync } from 'node:crypto';
import { associationProblems } from '@relais/contracts/associations';
import { clientProblems } from '@relais/contracts/identity';
import type { Log } from '@relais/event-log/log';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions, ReadModel } from '@relais/http/app-options';
import { describeApp, unconnected } from '@relais/http/describe';
import { issuerKeys } from '@relais/http/issuer-keys';
import type { Rights } from '@relais/http/rights';
import { tokenAuthentication } from '@relais/http/token';
import type { Database, Sql } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { associationRoutes } from './associations/routes.ts';
import { clientRoutes } from './clients/routes.ts';
import { type Issuer, openIssuer } from './issuer/issuer.ts';
import { issuerRoutes } from './issuer/routes.ts';

/** Tokens for this service are for this audience. */
export const identityAudience = 'urn:relais:identity';

export type IdentityOptions = {
  readonly issuer: string;
  /** False where another issuer gives the tokens. */
  readonly isEmbedded: boolean;
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

const about = (log: Log, rows: Sql) => ({
  service: 'identity',
  title: 'Relais: identity',
  description:
    'Associations, their software and its rights. The issuer of access tokens is beside it.',
  routes: async (scope: App) => {
    associationRoutes(scope, log, rows);
    clientRoutes(scope, log, rows);
  },
  problems: { ...associationProblems, ...clientProblems },
});

/** The app for its OpenAPI document. */
export const describe = (): Promise<App> => describeApp(about(unconnected(), unconnected()));

/** The identity service, ready for `listen`: the issuer at its address, and who may do what under /v1. */
export async function identityApp(options: IdentityOptions): Promise<App> {
  const { issuer: address, rights, masters, now } = options;
  let app: App | undefined;
  const issuer: Issuer | undefined = options.isEmbedded
    ? await openIssuer({
        ...options,
        logger: { error: (details, message) => app?.log.error(details, message) },
      })
    : undefined;
  app = await buildApp({
    ...about(options.log, options.rows),
    prepare: async (scope) => {
      await options.prepare?.(scope);
      if (issuer !== undefined) await issuerRoutes(scope, issuer, now);
    },
    authenticate: tokenAuthentication({
      issuer: address,
      audience: identityAudience,
      keys: issuer?.keys ?? issuerKeys(address),
      rights,
      now,
    }),
    database: options.database,
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
