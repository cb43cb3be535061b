import { Readable } from 'node:stream';
import { HttpProblem } from '@relais/http/problem';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Slice } from './query.ts';

const perPageMax = 100;
const perPageDefault = 20;
/** Of rows that have next to nothing in them. */
const minimalMax = 10_000;
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
const id = z.uuid().toLowerCase();

/** HSDS's own way to page, by number; ours, by cursor, is at `/v1/offers`. */
export const HsdsPageQuery = {
  page: whole(pageMax).optional().meta({ description: 'Number of the page, from 1.' }),
  per_page: whole(minimalMax)
    .optional()
    .meta({ description: `Rows, 1 to ${perPageMax}; to ${minimalMax} with \`minimal\`.` }),
  format: z.enum(['json', 'ndjson']).optional().meta({
    description: '`ndjson`: all there is, one document a line, not in pages.',
  }),
};
export const HsdsSearchQuery = {
  ...HsdsPageQuery,
  search: z.string().min(1).max(200).optional().meta({ description: 'All of these words.' }),
};
export const HsdsTaxonomyQuery = {
  taxonomy_term_id: id.optional().meta({ description: 'Described with this term.' }),
  taxonomy_id: id.optional().meta({ description: 'Described with some term of this taxonomy.' }),
};
export const HsdsFlag = flag;
export const HsdsId = id;

/** A document of HSDS 3: what stands in it, its published schema says. */
export const HsdsDocument = z
  .looseObject({ id: z.string() })
  .meta({ id: 'HsdsDocument', description: 'A document of HSDS 3.0 (docs.openreferral.org).' });
export type HsdsDocument = z.infer<typeof HsdsDocument>;

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

const ndjson = 'application/x-ndjson';

/** The answer of a list. */
export const hsdsList = {
  200: {
    description: 'A page, or all there is on lines.',
    content: {
      'application/json': { schema: HsdsPage },
      [ndjson]: { schema: z.string() },
    },
  },
};

type Query = {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
  readonly format?: 'json' | 'ndjson' | undefined;
  readonly minimal?: boolean;
};

/** How a list is read, as documents. */
export type Listing = {
  readonly page: (
    slice: Slice,
  ) => Promise<{ readonly documents: readonly object[]; readonly total: number }>;
  /** All of them, some at a time. */
  readonly all: () => AsyncIterable<readonly object[]>;
};

/** Answers a page or, as `format` or else `Accept` asks for, everything on lines, written as it is read. */
export async function answerList(
  { query, headers }: { readonly query: Query; readonly headers: FastifyRequest['headers'] },
  reply: FastifyReply,
  { page, all }: Listing,
): Promise<z.infer<typeof HsdsPage>> {
  const { format = /ndjson/i.test(headers.accept ?? '') ? 'ndjson' : 'json' } = query;
  checkPaging(query, format);
  if (format === 'ndjson') {
    reply.type(`${ndjson}; charset=utf-8`);
    return Readable.from(lines(all())) as never;
  }
  const asked = query.per_page ?? (query.minimal ? minimalMax : perPageDefault);
  const number = query.page ?? 1;
  const { documents, total } = await page({ limit: asked, offset: (number - 1) * asked });
  const pages = Math.ceil(total / asked);
  return {
    ...{ total_items: total, total_pages: pages, page_number: number, size: documents.length },
    ...{ first_page: number === 1, last_page: number >= pages, empty: documents.length === 0 },
    contents: documents as HsdsDocument[],
  };
}

async function* lines(all: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const some of all) {
    if (some.length > 0) yield some.map((one) => `${JSON.stringify(one)}\n`).join('');
  }
}

/** Nothing that is asked for is left aside: what cannot be done together is refused. */
function checkPaging({ page, per_page, minimal }: Query, format: 'json' | 'ndjson'): void {
  const paged = page !== undefined ? 'page' : per_page !== undefined ? 'per_page' : undefined;
  if (format === 'ndjson' && paged !== undefined) {
    throw refused(paged, 'not-in-pages', {
      en: '`ndjson` is all there is; it has no pages.',
      fr: '`ndjson` donne tout ; il n’a pas de pages.',
    });
  }
  if (!minimal && per_page !== undefined && per_page > perPageMax) {
    throw refused('per_page', 'too-big', {
      en: `At most ${perPageMax} without \`minimal\`.`,
      fr: `Au plus ${perPageMax} sans \`minimal\`.`,
    });
  }
}

/** The problem of one parameter. */
export const refused = (
  pointer: string,
  code: string,
  detail: { readonly en: string; readonly fr: string },
): HttpProblem => new HttpProblem('invalid-request', { errors: [{ pointer, code, detail }] });

/** A list that is in memory whole. */
export const listingOf = (documents: readonly object[]): Listing => ({
  page: async ({ limit, offset = 0 }) => ({
    documents: documents.slice(offset, offset + limit),
    total: documents.length,
  }),
  async *all() {
    yield documents;
  },
});
