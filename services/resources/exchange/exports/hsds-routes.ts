import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { atLocationRoutes } from './hsds-locations.ts';
import { organizationRoutes } from './hsds-organizations.ts';
import { serviceRoutes } from './hsds-services.ts';
import { taxonomyRoutes } from './hsds-taxonomies.ts';

const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What is for everybody, in the shape of HSDS 3.0's own API: for whoever reads directories of many countries. */
export function hsdsRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Which version of HSDS is spoken here',
        response: {
          200: z.object({ version: z.string(), profile: z.string(), openapi_url: z.string() }),
        },
      },
    },
    async ({ host }) => {
      const document = URL.parse('/openapi.json', `https://${host}`);
      if (document === null) throw new HttpProblem('malformed-request');
      // Elsewhere than on this machine a proxy ends TLS before the service: what it forwards is not believed.
      if (isLoopback.test(document.hostname)) document.protocol = 'http:';
      const profile = 'https://docs.openreferral.org/en/3.0/';
      return { version: '3.0', profile, openapi_url: document.href };
    },
  );
  serviceRoutes(app, sql);
  organizationRoutes(app, sql);
  atLocationRoutes(app, sql);
  taxonomyRoutes(app);
}
