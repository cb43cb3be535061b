import { z } from 'zod';

const perPageMax = 100;
const pageMax = 10_000;

const whole = (max: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text),
    z.int().min(1).max(max),
  );
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** HSDS's own way to page, by number; ours, by cursor, is at `/v1/offers`. */
export const HsdsPageQuery = {
  page: whole(pageMax).default(1).meta({ description: 'Number of the page, from 1.' }),
  per_page: whole(perPageMax)
    .default(20)
    .meta({ description: `Rows, 1 to ${perPageMax}.` }),
};
export const HsdsSearchQuery = {
  ...HsdsPageQuery,
  search: z.string().min(1).max(200).optional(),
};
export const HsdsFull = { full: flag };

/** A document of HSDS 3: what stands in it, its published schema says. */
export const HsdsDocument = z
  .looseObject({ id: z.string() })
  .meta({ id: 'HsdsDocument', description: 'A document of HSDS 3.0 (docs.openreferral.org).' });

const HsdsPage = z
  .object({
    total_items: z.int(),
    total_pages: z.int(),
    page_number: z.int(),
    size: z.int(),
    first_page: z.boolean(),
    last_page: z.boolean(),
    empty: z.boolean(),
    contents: z.array(HsdsDocument),
  })
  .meta({ id: 'HsdsPage' });

export { HsdsPage };

type Query = { readonly page: number; readonly per_page: number };
export const sliceOf = ({ page, per_page: limit }: Query) => ({
  limit,
  offset: (page - 1) * limit,
});

export function hsdsPage(
  { page, per_page: size }: Query,
  contents: readonly object[],
  total: number,
): z.infer<typeof HsdsPage> {
  const pages = Math.ceil(total / size);
  return {
    ...{ total_items: total, total_pages: pages, page_number: page, size: contents.length },
    ...{ first_page: page === 1, last_page: page >= pages, empty: contents.length === 0 },
    contents: contents as z.infer<typeof HsdsDocument>[],
  };
}

/** … of a list that is in memory whole. */
export function pageOfAll(query: Query, all: readonly object[]): z.infer<typeof HsdsPage> {
  const { limit, offset } = sliceOf(query);
  return hsdsPage(query, all.slice(offset, offset + limit), all.length);
}
