import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { demoAssociationId } from './demo-network.ts';
import { DemoStays, namePlaces } from './demo-places.ts';
import { DemoSeries, planSeries } from './demo-series.ts';
import { type Member, member, type Platform } from './platform.ts';

const folder = join(import.meta.dirname, '../infra/demo-network');

const Site = z.looseObject({ slug: z.string() });
const Organisation = z.looseObject({
  slug: z.string(),
  association: z.string(),
  member: z.string().nullable().default(null),
  parent: z.string().nullable().default(null),
  sites: z.array(Site).default([]),
});
type Organisation = z.infer<typeof Organisation>;
const Offer = z.looseObject({
  slug: z.string(),
  association: z.string(),
  organisation: z.string(),
  sites: z.array(z.string()).default([]),
  places: z.int().optional(),
  stays: DemoStays.optional(),
  series: z.array(DemoSeries).default([]),
});
type Offer = z.infer<typeof Offer>;

/** Ids that the service gave, by slug; an entry that names another one waits for it. */
type Ids = { [slug: string]: Promise<string> };

/** Registers the demo network's organisations and sites and publishes its offers, each as its own association. Safe to repeat. */
export async function publishDemoDirectory(platform: Platform): Promise<void> {
  const organisations = await read('organisations.json', Organisation);
  const offers = await read('offers.json', Offer);
  const members = new Map<string, Member>();
  const by = (association: string): Member => {
    const known = members.get(association) ?? member(platform, 'resources', association);
    members.set(association, known);
    return known;
  };
  const organisationIds: Ids = {};
  const siteIds: Ids = {};
  // Parents stand before their children in the file.
  for (const organisation of organisations) {
    const { slug, association, sites } = organisation;
    const id = register(by(association), organisation, organisationIds);
    organisationIds[slug] = id;
    for (const { slug: place, ...terms } of sites) siteIds[place] = addSite(id, place, terms);

    async function addSite(of: Promise<string>, place: string, terms: object): Promise<string> {
      const path = `/v1/organisations/${await of}/sites`;
      return post(by(association), path, terms, `demo-site-${place}`);
    }
  }
  await Promise.all([
    ...Object.values(organisationIds),
    ...Object.values(siteIds),
    ...offers.map((offer) => publish(by(offer.association), offer, organisationIds, siteIds)),
  ]);
}

async function register(keeper: Member, organisation: Organisation, ids: Ids): Promise<string> {
  const { slug, association: _, sites: __, member: isMember, parent, ...terms } = organisation;
  const links = {
    member: isMember === null ? null : demoAssociationId(isMember),
    parent: parent === null ? null : await known(ids, parent),
  };
  return post(keeper, '/v1/organisations', { ...terms, ...links }, `demo-organisation-${slug}`);
}

async function publish(keeper: Member, offer: Offer, organisations: Ids, places: Ids) {
  const { slug, association: _, organisation, sites, stays, series, ...terms } = offer;
  const links = {
    organisation: await known(organisations, organisation),
    sites: await Promise.all(sites.map((site) => known(places, site))),
  };
  const id = await post(keeper, '/v1/offers', { ...terms, ...links }, `demo-offer-${slug}`);
  await Promise.all([
    stays && namePlaces(keeper, id, { slug, places: terms.places ?? 0, stays }),
    ...series.map((one) => planSeries(keeper, id, one, (site) => known(places, site))),
  ]);
}

async function known(ids: Ids, slug: string): Promise<string> {
  const id = await ids[slug];
  if (id === undefined) throw new Error(`the demo network has no ${slug}`);
  return id;
}

async function post(keeper: Member, path: string, body: object, key: string): Promise<string> {
  const answer = await keeper.post(path, body, { key });
  if (answer.status >= 300) throw new Error(`${key}: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

const read = async <Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>[]> =>
  z.array(schema).parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
