import { associationProblems } from '@relais/contracts/associations';
import { clientProblems } from '@relais/contracts/identity';
import type { Log } from '@relais/event-log/log';
import { buildApp } from '@relais/http/app';
import type { App } from '@relais/http/app-options';
import { describeApp, unconnected } from '@relais/http/describe';
import { issuerKeys } from '@relais/http/issuer-keys';
import { tokenAuthentication } from '@relais/http/token';
import type { Sql } from '@relais/postgres/database';
import type { ServiceBase } from '@relais/service/run-service';
import type { MasterKeys } from '@relais/vault/master-key';
import { associationRoutes } from './associations/routes.ts';
import { clientRoutes } from './clients/routes.ts';
import { type Issuer, openIssuer } from './issuer/issuer.ts';
import { issuerRoutes } from './issuer/routes.ts';

/** Tokens for this service are for this audience. */
export const identityAudience = 'urn:relais:identity';

export type IdentityOptions = Pick<
  ServiceBase,
  'http' | 'log' | 'database' | 'rows' | 'rights' | 'signal'
> & {
  readonly issuer: string;
  /** False where another issuer gives the tokens. */
  readonly isEmbedded: boolean;
  readonly masters: MasterKeys;
  readonly now: () => Date;
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
  const { issuer: address, http, rights, now } = options;
  let app: App | undefined;
  const issuer: Issuer | undefined = options.isEmbedded
    ? await openIssuer({
        ...options,
        logger: { error: (details, message) => app?.log.error(details, message) },
      })
    : undefined;
  app = await buildApp({
    ...http,
    ...about(options.log, options.rows),
    prepare: async (scope) => {
      await http.prepare?.(scope);
      if (issuer !== undefined) await issuerRoutes(scope, issuer, now);
    },
    authenticate: tokenAuthentication({
      issuer: address,
      audience: identityAudience,
      keys: issuer?.keys ?? issuerKeys(address),
      rights,
      now,
    }),
  });
  return app;
}
