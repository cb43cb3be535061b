import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { type Communes, loadCommunes } from '../../communes/communes.ts';
import type { Whole } from '../exported.ts';
import {
  atLocationId,
  fullServiceOf,
  listedServiceOf,
  serviceAtLocationOf,
} from '../hsds/write.ts';
import type { Near } from './filter.ts';
import { answerList, HsdsDocument, HsdsId, hsdsList, refused } from './hsds-page.ts';
import { filterOf, ServiceQuery } from './hsds-services.ts';
import { findAtLocation, publicPairs } from './query.ts';
import { through } from './through.ts';

const atOnce = 500;
const metresMax = 1_000_000;

const AtLocationQuery = {
  ...ServiceQuery,
  postcode: z
    .string()
    .regex(/^\d{5}$/)
    .optional()
    .meta({ description: 'A French postal code: services for the people of one of its communes.' }),
  proximity: z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .refine((metres) => metres <= metresMax, { error: `at most ${metresMax}` })
    .optional()
    .meta({ description: 'Metres from the middle of `postcode` within which the location lies.' }),
};
type Asked = z.infer<z.ZodObject<typeof AtLocationQuery>>;

/** Services where they take place. */
export function atLocationRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds/service_at_locations',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Services for everybody, each at each of its locations',
        querystring: z.strictObject(AtLocationQuery),
        response: hsdsList,
      },
    },
    async (request, reply) => {
      const { query } = request;
      const filter = { ...filterOf(query), ...placeOf(query, await loadCommunes()) };
      const documents = (pairs: readonly Whole[]) =>
        pairs.flatMap((pair) => documentsOf(pair, query.full ? fullServiceOf : listedServiceOf));
      return answerList(request, reply, {
        async page(slice) {
          const { limit, offset } = slice;
          const { rows, total } = await publicPairs(sql, filter, { limit, offset });
          return { documents: documents(rows), total };
        },
        async *all() {
          const read = async (last: Whole | undefined) => {
            const after = last && ([last.offer.id, last.sites[0]?.id ?? ''] as const);
            return (await publicPairs(sql, filter, { after, limit: atOnce })).rows;
          };
          for await (const some of through(read)) yield documents(some);
        },
      });
    },
  );
  app.get(
    '/hsds/service_at_locations/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'One service at one of its locations, whole',
        params: z.strictObject({ id: HsdsId }),
        response: { 200: HsdsDocument },
      },
    },
    async ({ params }) => {
      const found = await findAtLocation(sql, params.id);
      const sites = found?.sites.filter(({ id }) => atLocationId(found.offer.id, id) === params.id);
      const [document] =
        found === undefined ? [] : documentsOf({ ...found, sites: sites ?? [] }, fullServiceOf);
      if (document === undefined) throw new HttpProblem('not-found');
      return document as HsdsDocument;
    },
  );
}

const documentsOf = (pair: Whole, document: (of: Whole) => Record<string, unknown>) =>
  pair.sites.map((site) => serviceAtLocationOf(pair.offer, site, document(pair)));

/** For whom, and where, as postal code and distance say. */
function placeOf(
  { postcode, proximity }: Pick<Asked, 'postcode' | 'proximity'>,
  communes: Communes,
): { readonly covering?: readonly string[]; readonly near?: Near } {
  if (postcode === undefined) {
    if (proximity === undefined) return {};
    throw refused('proximity', 'no-centre', {
      en: 'It needs a postcode.',
      fr: 'Il faut un code postal (`postcode`).',
    });
  }
  const there = communes.at(postcode);
  const points = there.flatMap(({ coordinates }) => coordinates ?? []);
  if (there.length === 0 || (proximity !== undefined && points.length === 0)) {
    throw refused('postcode', 'unknown', {
      en: 'No commune has this postal code, or nobody knows where it is.',
      fr: 'Aucune commune n’a ce code postal, ou personne ne sait où elle est.',
    });
  }
  const covering = [...new Set(there.flatMap((commune) => communes.zonesOf(commune)))];
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = {
    latitude: mean(points.map(({ latitude }) => latitude)),
    longitude: mean(points.map(({ longitude }) => longitude)),
  };
  return { covering, ...(proximity !== undefined && { near: { centre, metres: proximity } }) };
}
