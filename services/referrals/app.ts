import { memberProblems } from '@relais/contracts/member-problems';
import {
  caseProblems,
  consentProblems,
  handoverProblems,
  mergeProblems,
  referralProblems,
  sharedProblems,
} from '@relais/contracts/refusals';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions } from '@relais/http/app-options';
import { describeApp, unconnected } from '@relais/http/describe';
import type { Rights } from '@relais/http/rights';
import { type TokenOptions, tokenAuthentication } from '@relais/http/token';
import { type Members, requireCaseWorker } from '@relais/service/members';
import { commandRoutes } from './command-routes.ts';
import type { Commanding } from './commanding.ts';
import { readRoutes } from './read-routes.ts';

/** Tokens for this service are for this audience. */
export const referralsAudience = 'urn:relais:referrals';

export type ReferralsOptions = Commanding & {
  readonly http: Pick<
    AppOptions,
    | 'database'
    | 'readModel'
    | 'readiness'
    | 'cursorKey'
    | 'logLevel'
    | 'logTo'
    | 'prepare'
    | 'rateLimit'
  >;
  readonly issuer: string;
  readonly keys: TokenOptions['keys'];
  readonly rights: Pick<Rights, 'standing'>;
  readonly members: Pick<Members, 'membershipOf'>;
};

const about = (desk: Commanding, members: ReferralsOptions['members']) => ({
  service: 'referrals',
  title: 'Relais: referrals',
  description:
    'Cases, consents, referrals and handovers: who is accompanied by whom, what may be shared, and what became of it.',
  routes: async (scope: App) => {
    scope.addHook('onRequest', async ({ caller }) => requireCaseWorker(members, caller));
    commandRoutes(scope, desk);
    await readRoutes({ ...desk, sql: desk.rows })(scope);
  },
  problems: {
    ...memberProblems,
    ...sharedProblems,
    ...caseProblems,
    ...consentProblems,
    ...referralProblems,
    ...handoverProblems,
    ...mergeProblems,
  },
});

/** The app for its OpenAPI document. */
export const describe = (): Promise<App> =>
  describeApp(
    about(
      { log: unconnected(), rows: unconnected(), vault: unconnected(), now: unconnected },
      unconnected(),
    ),
  );

/** The referrals service, ready for `listen` or `inject`. */
export const referralsApp = ({
  http,
  issuer,
  keys,
  rights,
  members,
  ...desk
}: ReferralsOptions): Promise<App> =>
  buildApp({
    ...http,
    ...about(desk, members),
    authenticate: tokenAuthentication({
      issuer,
      audience: referralsAudience,
      keys,
      rights,
      now: desk.now,
    }),
    now: desk.now,
  });
