import { Instant } from '@relais/contracts/values';
import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Whole } from '../exported.ts';
import { taxonomies, terms } from '../hsds/taxonomies.ts';
import {
  fullOrganizationOf,
  fullServiceOf,
  listedServiceOf,
  organizationOf,
} from '../hsds/write.ts';
import { atLocationRoutes } from './hsds-locations.ts';
import {
  HsdsDocument,
  HsdsFull,
  HsdsPage,
  HsdsPageQuery,
  HsdsSearchQuery,
  hsdsPage,
  pageOfAll,
  sliceOf,
} from './hsds-page.ts';
import {
  findPublicOffer,
  findPublicOrganisation,
  publicOffers,
  publicOrganisations,
  publicSitesOf,
} from './query.ts';

const byId = z.strictObject({ id: z.uuid().toLowerCase() });
const access = 'public';
type Document = z.infer<typeof HsdsDocument>;

export const ServiceQuery = {
  ...HsdsSearchQuery,
  ...HsdsFull,
  organization_id: z.uuid().toLowerCase().optional(),
  taxonomy_term_id: z.uuid().toLowerCase().optional(),
  modified_after: Instant.optional(),
};
type Asked = z.infer<z.ZodObject<typeof ServiceQuery>>;

/** What is for everybody, in the shape of HSDS 3.0's own API: for whoever reads directories of many countries. */
export function hsdsRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds',
    {
      config: { access },
      schema: {
        summary: 'Which version of HSDS is spoken here',
        response: {
          200: z.object({ version: z.string(), profile: z.string(), openapi_url: z.string() }),
        },
      },
    },
    async () => ({
      version: '3.0',
      profile: 'https://docs.openreferral.org/en/3.0/',
      openapi_url: '/openapi.json',
    }),
  );
  services(app, sql);
  organizations(app, sql);
  atLocationRoutes(app, sql);
  list(app, 'taxonomies', 'Lists of codes', taxonomies);
  list(app, 'taxonomy_terms', 'The codes of these lists', terms);
}

/** The filter of a query; undefined where no term has the id: nothing is described with it. */
export function filterOf({ search, organization_id, taxonomy_term_id, modified_after }: Asked) {
  const term = terms.find(({ id }) => id === taxonomy_term_id);
  if (taxonomy_term_id !== undefined && term === undefined) return undefined;
  return { search, organisation: organization_id, code: term?.code, changedSince: modified_after };
}

function services(app: App, sql: Sql): void {
  app.get(
    '/hsds/services',
    {
      config: { access },
      schema: {
        summary: 'Services for everybody',
        querystring: z.strictObject(ServiceQuery),
        response: { 200: HsdsPage },
      },
    },
    async ({ query }) => {
      const filter = filterOf(query);
      if (filter === undefined) return hsdsPage(query, [], 0);
      const { rows, total } = await publicOffers(sql, filter, sliceOf(query));
      const documents = rows.map((row) =>
        query.full ? fullOf(row) : listedServiceOf(row.offer, row.organisation),
      );
      return hsdsPage(query, documents, total);
    },
  );
  app.get(
    '/hsds/services/:id',
    {
      config: { access },
      schema: { summary: 'One service, whole', params: byId, response: { 200: HsdsDocument } },
    },
    async ({ params }) => {
      const found = await findPublicOffer(sql, params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      return fullOf(found) as Document;
    },
  );
}

export const fullOf = ({ offer, organisation, sites }: Whole) =>
  fullServiceOf(offer, organisation, sites);

function organizations(app: App, sql: Sql): void {
  app.get(
    '/hsds/organizations',
    {
      config: { access },
      schema: {
        summary: 'Organizations that offer something for everybody',
        querystring: z.strictObject({ ...HsdsSearchQuery, ...HsdsFull }),
        response: { 200: HsdsPage },
      },
    },
    async ({ query }) => {
      const { rows, total } = await publicOrganisations(sql, query.search, sliceOf(query));
      if (!query.full) return hsdsPage(query, rows.map(organizationOf), total);
      const sites = await publicSitesOf(
        sql,
        rows.map(({ id }) => id),
      );
      const documents = rows.map((row) => fullOrganizationOf(row, sites.get(row.id) ?? []));
      return hsdsPage(query, documents, total);
    },
  );
  app.get(
    '/hsds/organizations/:id',
    {
      config: { access },
      schema: { summary: 'One organization, whole', params: byId, response: { 200: HsdsDocument } },
    },
    async ({ params }) => {
      const found = await findPublicOrganisation(sql, params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      const sites = await publicSitesOf(sql, [found.id]);
      return fullOrganizationOf(found, sites.get(found.id) ?? []) as Document;
    },
  );
}

function list(
  app: App,
  name: string,
  summary: string,
  all: readonly { readonly id: string; readonly name: string }[],
): void {
  app.get(
    `/hsds/${name}`,
    {
      config: { access },
      schema: {
        summary,
        querystring: z.strictObject(HsdsPageQuery),
        response: { 200: HsdsPage },
      },
    },
    async ({ query }) => pageOfAll(query, all),
  );
  app.get(
    `/hsds/${name}/:id`,
    {
      config: { access },
      schema: { summary: `${summary}: one`, params: byId, response: { 200: HsdsDocument } },
    },
    async ({ params }) => {
      const found = all.find(({ id }) => id === params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      return found as Document;
    },
  );
}
