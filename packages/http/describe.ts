import { buildApp } from './app.ts';
import type { App, AppOptions } from './app-options.ts';

/**
 * A service's app without its database, log or issuer, good for `app.swagger()` and nothing else. Every service's
 * app.ts exports `describe: () => Promise<App>` made with it; scripts/openapi.ts calls that.
 */
export const describeApp = (
  service: Pick<
    AppOptions,
    'service' | 'title' | 'description' | 'problems' | 'routes' | 'unversioned'
  >,
): Promise<App> =>
  buildApp({
    ...service,
    authenticate: unconnected,
    database: unconnected(),
    readModel: unconnected(),
    readiness: unconnected,
    cursorKey: new Uint8Array(32),
    now: unconnected,
    logLevel: 'silent',
  });

/** What the routes of an app that is only described are given: any use of it is an error. */
export const unconnected = <Dependency extends object>(): Dependency =>
  new Proxy({} as Dependency, {
    get() {
      throw new Error('this app is only described: it has no log, no database, no issuer');
    },
  });
