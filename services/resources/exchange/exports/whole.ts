import type { Sql } from '@relais/postgres/database';
import { serviceOf, structureOf } from '../data-inclusion/write.ts';
import type { ExportedOrganisation, Whole } from '../exported.ts';
import { fullOrganizationOf, fullServiceOf } from '../hsds/write.ts';
import { publicOffersAfter, publicOrganisationsAfter, publicSitesOf } from './query.ts';

const rowsAtOnce = 500;

/** data·inclusion has no service without a structure: an offer that names no organisation is not in it. */
export async function* dataInclusionExport(sql: Sql, today: Date): AsyncGenerator<string> {
  yield '{"structures":[';
  yield* listed(organisations(sql), async (some) => {
    const sites = await sitesOf(sql, some);
    return some.map((one) => structureOf(one, sites.get(one.id)?.[0]));
  });
  yield '],"services":[';
  yield* listed(offers(sql), async (some) =>
    some.flatMap(({ offer, organisation, sites }) =>
      organisation === undefined ? [] : [serviceOf(offer, organisation, sites[0], today)],
    ),
  );
  yield ']}';
}

export async function* hsdsExport(sql: Sql): AsyncGenerator<string> {
  yield '{"organizations":[';
  yield* listed(organisations(sql), async (some) => {
    const sites = await sitesOf(sql, some);
    return some.map((one) => fullOrganizationOf(one, sites.get(one.id) ?? []));
  });
  yield '],"services":[';
  yield* listed(offers(sql), async (some) =>
    some.map(({ offer, organisation, sites }) => fullServiceOf(offer, organisation, sites)),
  );
  yield ']}';
}

const sitesOf = (sql: Sql, some: readonly ExportedOrganisation[]) =>
  publicSitesOf(
    sql,
    some.map(({ id }) => id),
  );

/** The items of a JSON list, some at a time. */
async function* listed<Item>(
  source: AsyncIterable<readonly Item[]>,
  documents: (some: readonly Item[]) => Promise<readonly object[]>,
): AsyncGenerator<string> {
  let separator = '';
  for await (const some of source) {
    const made = await documents(some);
    if (made.length === 0) continue;
    yield separator + made.map((document) => JSON.stringify(document)).join(',\n');
    separator = ',\n';
  }
}

async function* organisations(sql: Sql): AsyncGenerator<ExportedOrganisation[]> {
  for (let after: string | undefined; ; ) {
    const some = await publicOrganisationsAfter(sql, after, rowsAtOnce);
    after = some.at(-1)?.id;
    if (after === undefined) return;
    yield some;
  }
}

/** Everything that is public, some at a time. */
export async function* offers(sql: Sql): AsyncGenerator<Whole[]> {
  for (let after: string | undefined; ; ) {
    const some = await publicOffersAfter(sql, after, rowsAtOnce);
    after = some.at(-1)?.offer.id;
    if (after === undefined) return;
    yield some;
  }
}
