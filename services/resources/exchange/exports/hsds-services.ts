import { Instant } from '@relais/contracts/values';
import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Whole } from '../exported.ts';
import { fullServiceOf, listedServiceOf } from '../hsds/write.ts';
import { pathsOfTaxonomy, pathsOfTerm } from './described-by.ts';
import type { OfferFilter } from './filter.ts';
import {
  answerList,
  HsdsDocument,
  HsdsFlag,
  HsdsId,
  HsdsSearchQuery,
  HsdsTaxonomyQuery,
  hsdsList,
  type Listing,
  refused,
} from './hsds-page.ts';
import {
  type Brief,
  briefOffers,
  countOffers,
  findPublicOffer,
  publicOffers,
  type Slice,
} from './query.ts';
import { through } from './through.ts';

const atOnce = 500;

/** What may be asked of services, alone or at their locations. */
export const ServiceQuery = {
  ...HsdsSearchQuery,
  ...HsdsTaxonomyQuery,
  organization_id: HsdsId.optional(),
  modified_after: Instant.optional().meta({ description: 'Changed at this moment or later.' }),
  full: HsdsFlag.meta({ description: '`true`: with everything nested.' }),
};
type Asked = z.infer<z.ZodObject<typeof ServiceQuery>>;

export function filterOf(query: Asked): OfferFilter {
  const { search, organization_id, modified_after } = query;
  return {
    ...{ search, changedSince: modified_after, described: describedBy(query) },
    ...(organization_id !== undefined && { organisations: [organization_id] }),
  };
}

/** What has to be there in the terms: nothing is described with a term or taxonomy that is not there. */
export const describedBy = (
  asked: Pick<Asked, 'taxonomy_term_id' | 'taxonomy_id'>,
): readonly (readonly string[])[] => [
  ...(asked.taxonomy_term_id === undefined ? [] : [pathsOfTerm(asked.taxonomy_term_id)]),
  ...(asked.taxonomy_id === undefined ? [] : [pathsOfTaxonomy(asked.taxonomy_id)]),
];

export function serviceRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds/services',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Services for everybody',
        querystring: z.strictObject({
          ...ServiceQuery,
          minimal: HsdsFlag.meta({
            description: '`true`: only `id` and `modified_date`, up to 10,000 on a page.',
          }),
        }),
        response: hsdsList,
      },
    },
    async (request, reply) => {
      const { query } = request;
      if (query.minimal && query.full) {
        throw refused('full', 'not-with-minimal', {
          en: 'Either `minimal` or `full`.',
          fr: 'Ou bien `minimal`, ou bien `full`.',
        });
      }
      const filter = filterOf(query);
      const listing = query.minimal
        ? minimalServices(sql, filter)
        : services(sql, filter, query.full ? fullServiceOf : listedServiceOf);
      return answerList(request, reply, listing);
    },
  );
  app.get(
    '/hsds/services/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'One service, whole',
        params: z.strictObject({ id: HsdsId }),
        response: { 200: HsdsDocument },
      },
    },
    async ({ params }) => {
      const found = await findPublicOffer(sql, params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      return fullServiceOf(found) as HsdsDocument;
    },
  );
}

/** `idOf`: of what is read, in whose order it is read on. */
const listing = <Row>(
  sql: Sql,
  filter: OfferFilter,
  read: (sql: Sql, filter: OfferFilter, slice: Slice) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
  document: (row: Row) => object,
): Listing => ({
  async page(slice) {
    const [found, total] = await Promise.all([read(sql, filter, slice), countOffers(sql, filter)]);
    return { documents: found.map(document), total };
  },
  async *all() {
    const next = (last: Row | undefined) =>
      read(sql, filter, { after: last && idOf(last), limit: atOnce });
    for await (const some of through(next)) yield some.map(document);
  },
});

const services = (sql: Sql, filter: OfferFilter, document: (of: Whole) => object): Listing =>
  listing(sql, filter, publicOffers, ({ offer }) => offer.id, document);

const minimalServices = (sql: Sql, filter: OfferFilter): Listing =>
  listing(sql, filter, briefOffers, ({ id }) => id, minimal);

/** HSDS's interface calls it so here; in a service it is `last_modified`. */
const minimal = ({ id, changed_at: modified_date }: Brief) => ({ id, modified_date });
