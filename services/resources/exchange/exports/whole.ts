import type { Sql } from '@relais/postgres/database';
import { serviceOf, structureOf } from '../data-inclusion/write.ts';
import type { ExportedOffer, ExportedOrganisation, Whole } from '../exported.ts';
import { fullOrganizationOf, fullServiceOf } from '../hsds/write.ts';
import { allOrganisations, publicSitesOf } from './organisations.ts';
import { mirroredAgain, publicOffers } from './query.ts';
import { through } from './through.ts';

const offersAtOnce = 500;
const organisationsAtOnce = 100;

/**
 * data·inclusion cannot tell of a service that cannot be had at present: what is suspended is not in it. An identifier
 * of a source stands there once: the second mirror of the same entry has one of ours behind the source.
 */
export async function* dataInclusionExport(sql: Sql, today: Date): AsyncGenerator<string> {
  const again = await mirroredAgain(sql);
  const named = <Of extends ExportedOrganisation | ExportedOffer>(one: Of): Of =>
    one.source !== null && again.has(one.id)
      ? { ...one, source: { ...one.source, id: one.id } }
      : one;
  yield '{"structures":[';
  yield* listed(allOrganisations(sql, {}, organisationsAtOnce), async (some) => {
    const sites = await publicSitesOf(sql, some);
    return some.map((one) => structureOf(named(one), sites.get(one.id)?.[0]));
  });
  yield '],"services":[';
  yield* listed(offers(sql), async (some) =>
    some
      .filter(({ offer }) => offer.state === 'open')
      .map(({ offer, organisation, sites }) =>
        serviceOf(named(offer), named(organisation), sites[0], today),
      ),
  );
  yield ']}';
}

export async function* hsdsExport(sql: Sql): AsyncGenerator<string> {
  yield '{"organizations":[';
  yield* listed(allOrganisations(sql, {}, organisationsAtOnce), async (some) => {
    const sites = await publicSitesOf(sql, some);
    return some.map((one) => fullOrganizationOf(one, sites.get(one.id) ?? []));
  });
  yield '],"services":[';
  yield* listed(offers(sql), async (some) => some.map(fullServiceOf));
  yield ']}';
}

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

/** Everything that is public, some at a time. */
export const offers = (sql: Sql): AsyncGenerator<readonly Whole[]> =>
  through((last: Whole | undefined) =>
    publicOffers(sql, {}, { after: last?.offer.id, limit: offersAtOnce }),
  );
