import { hkdfSync } from 'node:crypto';
import { resourceProblems } from '@relais/contracts/resources';
import type { Log } from '@relais/event-log/log';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions } from '@relais/http/app-options';
import type { Rights } from '@relais/http/rights';
import { type TokenOptions, tokenAuthentication } from '@relais/http/token';
import type { Database, Sql } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { offerRoutes } from './offers/routes.ts';
import { placeRoutes } from './places/routes.ts';

export type ResourcesOptions = Pick<
  AppOptions,
  'readModel' | 'readiness' | 'now' | 'logLevel' | 'prepare'
> & {
  readonly issuer: string;
  readonly keys: TokenOptions['keys'];
  readonly rights: Pick<Rights, 'standing'>;
  readonly log: Log;
  readonly database: Database;
  /** Where the rows of the read model are. */
  readonly rows: Sql;
  readonly masters: MasterKeys;
};

/** The resources service, ready for `listen` or `inject`. */
export function resourcesApp(options: ResourcesOptions): Promise<App> {
  const { issuer, keys, rights, log, rows, masters, now, ...rest } = options;
  return buildApp({
    ...rest,
    service: 'resources',
    title: 'Relais: resources',
    description: 'What member associations offer each other, and the places that are counted.',
    routes: async (scope) => {
      offerRoutes(scope, log, rows);
      placeRoutes(scope, log, rows);
    },
    problems: resourceProblems,
    authenticate: tokenAuthentication({
      issuer,
      audience: 'urn:relais:resources',
      keys,
      rights,
      now,
    }),
    cursorKey: cursorKey(masters),
    now,
  });
}

/** The same in every process that has the same master key. */
const cursorKey = (masters: MasterKeys): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', masters.current.key, '', 'relais.resources.cursor', 32));
