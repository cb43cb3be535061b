import { z } from 'zod';
import type { Member } from './platform.ts';

/** When a demo offer takes place, as its terms on the wire; `site` names one of the network's. */
export const DemoSeries = z.looseObject({ slug: z.string(), site: z.string().optional() });

/**
 * Plans the sessions of an offer. Safe to repeat: a series begins on a day that stays the same, and goes on without an
 * end, so that whoever starts the platform finds sessions in the days to come.
 */
export async function planSeries(
  keeper: Member,
  offer: string,
  { slug, site, ...terms }: z.infer<typeof DemoSeries>,
  siteOf: (slug: string) => Promise<string>,
): Promise<void> {
  const where = site === undefined ? {} : { site: await siteOf(site) };
  const key = `demo-series-${slug}`;
  const { status, body } = await keeper.post('/v1/series', { offer, ...terms, ...where }, { key });
  if (status >= 300) throw new Error(`${key}: ${JSON.stringify(body)}`);
}
