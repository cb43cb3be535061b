import { directoryProblems } from '@relais/contracts/directory-problems';
import { exchangeProblems, expertiseProblems } from '@relais/contracts/expertise-problems';
import { importProblems } from '@relais/contracts/import-problems';
import { memberProblems } from '@relais/contracts/member-problems';
import { placeProblems } from '@relais/contracts/place-problems';
import { sharedProblems } from '@relais/contracts/refusals';
import { resourceProblems } from '@relais/contracts/resource-problems';
import { sessionProblems } from '@relais/contracts/session-problems';
import { buildApp } from '@relais/http/app';
import type { App, AppOptions } from '@relais/http/app-options';
import { describeApp, unconnected } from '@relais/http/describe';
import { type TokenOptions, tokenAuthentication } from '@relais/http/token';
import { type Members, requireCaseWorker } from '@relais/service/members';
import type { ServiceBase } from '@relais/service/run-service';
import { calendarRoutes } from './calendars/feeds.ts';
import { calendarFeedRoutes } from './calendars/routes.ts';
import { communeRoutes } from './communes/routes.ts';
import { contactRoutes } from './contacts/routes.ts';
import type { Desk } from './desk.ts';
import { atMost } from './exchange/exports/at-most.ts';
import { hsdsRoutes } from './exchange/exports/hsds-routes.ts';
import { exportRoutes } from './exchange/exports/routes.ts';
import { importRoutes } from './exchange/imports/routes.ts';
import { exchangeRoutes } from './exchanges/routes.ts';
import { needRoutes } from './needs/routes.ts';
import { offerRoutes } from './offers/routes.ts';
import { organisationRoutes } from './organisations/routes.ts';
import { reservationRoutes } from './places/reservation-routes.ts';
import { placeRoutes } from './places/routes.ts';
import { publicationRoutes } from './publications/routes.ts';
import { answerRoutes } from './questions/answer-routes.ts';
import { questionRoutes } from './questions/routes.ts';
import { searchRoutes } from './search/routes.ts';
import { seriesRoutes } from './series/routes.ts';
import { sessionReads } from './sessions/read-routes.ts';
import { registrationReads } from './sessions/registration-reads.ts';
import { registrationRoutes } from './sessions/registration-routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { siteRoutes } from './sites/routes.ts';
import { skillRoutes } from './skills/routes.ts';
import { stayRoutes } from './stays/routes.ts';
import { waitingListRoutes } from './waiting-lists/routes.ts';

/** Tokens for this service are for this audience. */
export const resourcesAudience = 'urn:relais:resources';

type MembersView = Pick<Members, 'membershipOf'>;

export type ResourcesOptions = Desk &
  Pick<ServiceBase, 'rights'> & {
    readonly http: Omit<ServiceBase['http'], 'now'> & Pick<AppOptions, 'rateLimit' | 'logTo'>;
    readonly issuer: string;
    readonly keys: TokenOptions['keys'];
    readonly members: MembersView;
  };

/** Statements at once of exports and of HSDS's reading, of the five connections that all reading has. */
const openReadsMax = 2;

/** What each area may refuse. */
const problems = {
  ...memberProblems,
  ...sharedProblems,
  ...resourceProblems,
  ...directoryProblems,
  ...importProblems,
  ...placeProblems,
  ...exchangeProblems,
  ...sessionProblems,
  ...expertiseProblems,
};

const about = (desk: Desk, members: MembersView) => ({
  service: 'resources',
  title: 'Relais: resources',
  description: 'What member associations offer each other, and the places that are counted.',
  routes: async (scope: App) => {
    organisationRoutes(scope, desk);
    siteRoutes(scope, desk);
    offerRoutes(scope, desk);
    placeRoutes(scope, desk);
    contactRoutes(scope, desk);
    communeRoutes(scope);
    answerRoutes(scope, desk);
    publicationRoutes(scope, desk);
    importRoutes(scope, desk);
    searchRoutes(scope, desk);
    const rows = atMost(openReadsMax, desk.rows);
    hsdsRoutes(scope, rows);
    exportRoutes(scope, { rows, now: desk.now });
    seriesRoutes(scope, desk);
    sessionReads(scope, desk);
    sessionRoutes(scope, desk, members);
    registrationReads(scope, desk, members);
    registrationRoutes(scope, desk, members);
    calendarFeedRoutes(scope, desk);
    await scope.register(async (workers) => {
      workers.addHook('onRequest', async ({ caller }) => requireCaseWorker(members, caller));
      caseWorkersRoutes(workers as App, desk);
    });
  },
  unversioned: async (scope: App) => calendarRoutes(scope, desk),
  problems,
});

/** What concerns persons: unions, parties and institutions are refused at the door. */
function caseWorkersRoutes(scope: App, desk: Desk): void {
  reservationRoutes(scope, desk);
  exchangeRoutes(scope, desk);
  stayRoutes(scope, desk);
  waitingListRoutes(scope, desk);
  skillRoutes(scope, desk);
  needRoutes(scope, desk);
  questionRoutes(scope, desk);
}

/** The app for its OpenAPI document. */
export const describe = (): Promise<App> =>
  describeApp(
    about(
      {
        log: unconnected(),
        rows: unconnected(),
        vault: unconnected(),
        pools: unconnected(),
        now: unconnected,
      },
      unconnected(),
    ),
  );

/** The resources service, ready for `listen` or `inject`. */
export const resourcesApp = ({
  http,
  rights,
  issuer,
  keys,
  members,
  ...desk
}: ResourcesOptions): Promise<App> =>
  buildApp({
    ...http,
    ...about(desk, members),
    authenticate: tokenAuthentication({
      issuer,
      audience: resourcesAudience,
      keys,
      rights,
      now: desk.now,
    }),
    now: desk.now,
  });
