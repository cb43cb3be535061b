import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { ExportedOrganisation, Whole } from '../exported.ts';
import { fullOrganizationOf, fullServiceOf, organizationOf, statusOf } from '../hsds/write.ts';
import {
  answerList,
  HsdsDocument,
  HsdsFlag,
  HsdsId,
  HsdsSearchQuery,
  HsdsTaxonomyQuery,
  hsdsList,
  refused,
} from './hsds-page.ts';
import { describedBy } from './hsds-services.ts';
import {
  allOrganisations,
  countOrganisations,
  findPublicOrganisation,
  organisationsOf,
  publicOrganisationIds,
  publicSitesOf,
} from './organisations.ts';
import { type Brief, briefOffers, countOffers, publicOffers } from './query.ts';
import { through } from './through.ts';

const servicesAtOnce = 500;
/** Organizations of a stream at once, with all they have. */
const atOnce = 100;
/** Whole services in one answer. */
const fullServicesMax = 2_000;

const full_service = HsdsFlag.meta({
  description: `\`true\`: \`services\` are whole, up to ${fullServicesMax} in one answer.`,
});

export function organizationRoutes(app: App, sql: Sql): void {
  app.get(
    '/hsds/organizations',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Organizations that offer something for everybody',
        querystring: z.strictObject({
          ...HsdsSearchQuery,
          ...HsdsTaxonomyQuery,
          full: HsdsFlag.meta({ description: '`true`: with everything nested.' }),
          full_service,
        }),
        response: hsdsList,
      },
    },
    async (request, reply) => {
      const { search, full, full_service } = request.query;
      const filter = { search, described: describedBy(request.query) };
      const documents = (some: readonly ExportedOrganisation[]) =>
        full || full_service ? wholeOf(sql, some, full_service) : some.map(organizationOf);
      return answerList(request, reply, {
        async page(slice) {
          const [ids, total] = await Promise.all([
            publicOrganisationIds(sql, filter, slice),
            countOrganisations(sql, filter),
          ]);
          const found = await organisationsOf(sql, ids);
          if (full_service) await checkSize(sql, found, 'per_page');
          return { documents: await documents(found), total };
        },
        async *all() {
          const all = allOrganisations(sql, filter, atOnce);
          for await (const some of all) yield await documents(some);
        },
      });
    },
  );
  app.get(
    '/hsds/organizations/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'One organization, whole, with its services',
        params: z.strictObject({ id: HsdsId }),
        querystring: z.strictObject({ full_service }),
        response: { 200: HsdsDocument },
      },
    },
    async ({ params, query }) => {
      const found = await findPublicOrganisation(sql, params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      if (query.full_service) await checkSize(sql, [found], 'full_service');
      const [document] = await wholeOf(sql, [found], query.full_service);
      return document as HsdsDocument;
    },
  );
}

async function checkSize(
  sql: Sql,
  some: readonly ExportedOrganisation[],
  pointer: 'per_page' | 'full_service',
): Promise<void> {
  const count = await countOffers(sql, { organisations: some.map(({ id }) => id) });
  if (count <= fullServicesMax) return;
  throw refused(pointer, 'too-big', {
    en: `${count} services are too many for one answer: take them from /v1/hsds/services?organization_id=….`,
    fr: `${count} services sont trop pour une réponse : prenez-les à /v1/hsds/services?organization_id=….`,
  });
}

/** With sites and services, these whole or as much of them as names them. */
async function wholeOf(
  sql: Sql,
  some: readonly ExportedOrganisation[],
  isFull: boolean,
): Promise<object[]> {
  const services = new Map(some.map(({ id }): [string, object[]] => [id, []]));
  for await (const part of isFull ? fullServices(sql, some) : briefServices(sql, some)) {
    for (const { publisher, document } of part) services.get(publisher)?.push(document);
  }
  const sites = await publicSitesOf(sql, some);
  return some.map((one) => ({
    ...fullOrganizationOf(one, sites.get(one.id) ?? []),
    services: services.get(one.id) ?? [],
  }));
}

type Organisations = readonly Pick<ExportedOrganisation, 'id'>[];
/** A service, by whom. */
type Told = { readonly publisher: string; readonly document: object };

async function* fullServices(sql: Sql, some: Organisations): AsyncGenerator<readonly Told[]> {
  const filter = { organisations: some.map(({ id }) => id) };
  const read = (last: Whole | undefined) =>
    publicOffers(sql, filter, { after: last?.offer.id, limit: servicesAtOnce });
  for await (const part of through(read)) {
    yield part.map((one) => ({ publisher: one.organisation.id, document: fullServiceOf(one) }));
  }
}

async function* briefServices(sql: Sql, some: Organisations): AsyncGenerator<readonly Told[]> {
  const filter = { organisations: some.map(({ id }) => id) };
  const read = (last: Brief | undefined) =>
    briefOffers(sql, filter, { after: last?.id, limit: servicesAtOnce });
  for await (const part of through(read)) {
    yield part.map(({ id, title: name, publisher, ...row }) => ({
      publisher,
      document: { id, name, status: statusOf(row) },
    }));
  }
}
