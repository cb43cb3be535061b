import type { Routes } from '@relais/http/app-options';
import { caseReadRoutes } from './cases/read-routes.ts';
import { consentReadRoutes } from './consents/read-routes.ts';
import { directoryRoutes } from './directory/routes.ts';
import { handoverReadRoutes } from './handovers/read-routes.ts';
import { mergeReadRoutes } from './merges/read-routes.ts';
import type { ReadModelAccess } from './reading.ts';
import { referralListRoutes } from './referrals/list-routes.ts';
import { referralReadRoutes } from './referrals/read-routes.ts';
import { timelineRoutes } from './timelines/routes.ts';
import { worklistRoutes } from './worklist/routes.ts';

/** Everything that this service answers to GET. */
export const readRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    await caseReadRoutes(access)(app);
    await consentReadRoutes(access)(app);
    await referralReadRoutes(access)(app);
    await referralListRoutes(access)(app);
    await handoverReadRoutes(access)(app);
    await mergeReadRoutes(access)(app);
    await timelineRoutes(access)(app);
    await worklistRoutes(access)(app);
    await directoryRoutes(access)(app);
  };
