import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Whole } from '../exported.ts';
import { atLocationId, listedServiceOf, locationOf } from '../hsds/write.ts';
import { HsdsDocument, HsdsPage, HsdsPageQuery, hsdsPage, sliceOf } from './hsds-page.ts';
import { findPublicOffer, publicPairs } from './query.ts';

/** Services where they take place. */
export function atLocationRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds/service_at_locations',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Services for everybody, each at each of its locations',
        querystring: z.strictObject({
          ...HsdsPageQuery,
          organization_id: z.uuid().toLowerCase().optional(),
        }),
        response: { 200: HsdsPage },
      },
    },
    async ({ query }) => {
      const { rows, total } = await publicPairs(sql, query.organization_id, sliceOf(query));
      return hsdsPage(query, rows.flatMap(documentsOf), total);
    },
  );
  app.get(
    '/hsds/service_at_locations/:service/:location',
    {
      config: { access: 'public' },
      schema: {
        summary: 'One service at one of its locations',
        params: z.strictObject({
          service: z.uuid().toLowerCase(),
          location: z.uuid().toLowerCase(),
        }),
        response: { 200: HsdsDocument },
      },
    },
    async ({ params }) => {
      const found = await findPublicOffer(sql, params.service);
      const sites = found?.sites.filter(({ id }) => id === params.location) ?? [];
      const [document] = found === undefined ? [] : documentsOf({ ...found, sites });
      if (document === undefined) throw new HttpProblem('not-found');
      return document;
    },
  );
}

const documentsOf = ({ offer, organisation, sites }: Whole) =>
  sites.map((site) => ({
    id: atLocationId(offer.id, site.id),
    service: listedServiceOf(offer, organisation),
    location: locationOf(site),
  }));
