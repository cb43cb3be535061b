import { resourceProblems } from '@relais/contracts/resource-problems';
import type { Log } from '@relais/event-log/log';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions } from '@relais/http/app-options';
import { describeApp, unconnected } from '@relais/http/describe';
import { type TokenOptions, tokenAuthentication } from '@relais/http/token';
import type { Sql } from '@relais/postgres/database';
import type { ServiceBase } from '@relais/service/run-service';
import { offerRoutes } from './offers/routes.ts';
import { placeRoutes } from './places/routes.ts';

/** Tokens for this service are for this audience. */
export const resourcesAudience = 'urn:relais:resources';

export type ResourcesOptions = Pick<ServiceBase, 'log' | 'rows' | 'rights'> & {
  readonly http: ServiceBase['http'] & Pick<AppOptions, 'rateLimit'>;
  readonly issuer: string;
  readonly keys: TokenOptions['keys'];
};

const about = (log: Log, rows: Sql) => ({
  service: 'resources',
  title: 'Relais: resources',
  description: 'What member associations offer each other, and the places that are counted.',
  routes: async (scope: App) => {
    offerRoutes(scope, log, rows);
    placeRoutes(scope, log, rows);
  },
  problems: resourceProblems,
});

/** The app for its OpenAPI document. */
export const describe = (): Promise<App> => describeApp(about(unconnected(), unconnected()));

/** The resources service, ready for `listen` or `inject`. */
export const resourcesApp = ({
  http,
  log,
  rows,
  rights,
  issuer,
  keys,
}: ResourcesOptions): Promise<App> =>
  buildApp({
    ...http,
    ...about(log, rows),
    authenticate: tokenAuthentication({
      issuer,
      audience: resourcesAudience,
      keys,
      rights,
      now: http.now,
    }),
  });
