import type { App } from '@relais/http/app-options';
import { caseCommandRoutes } from './cases/command-routes.ts';
import type { Commanding } from './commanding.ts';
import { consentCommandRoutes } from './consents/command-routes.ts';
import { bulkHandoverRoute } from './handovers/bulk-route.ts';
import { handoverCommandRoutes } from './handovers/command-routes.ts';
import { mergeCommandRoutes } from './merges/command-routes.ts';
import { referralCommandRoutes } from './referrals/command-routes.ts';

/** Everything that changes something. */
export function commandRoutes(app: App, desk: Commanding): void {
  caseCommandRoutes(app, desk);
  consentCommandRoutes(app, desk);
  referralCommandRoutes(app, desk);
  handoverCommandRoutes(app, desk);
  bulkHandoverRoute(app, desk);
  mergeCommandRoutes(app, desk);
}
