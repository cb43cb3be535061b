import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { Answering } from './outcome.ts';
import { HttpProblem } from './problem.ts';

const limitMax = 100;
const limitDefault = 20;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** Query parameters of every list: `z.strictObject({ ...PageQuery, state: … })`. */
export const PageQuery = {
  limit: z
    .preprocess(
      (text) => (typeof text === 'string' && /^[0-9]{1,9}$/.test(text) ? Number(text) : text),
      z.int().min(1).max(limitMax),
    )
    .default(limitDefault)
    .meta({ description: `Rows of a page, 1 to ${limitMax}.` }),
  cursor: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'From `next` or the Link header of the page before; opaque.' }),
};

/** The answer of a list: `next` is the cursor of the page after, null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/**
 * A keyset: the values of the last row's sort columns, as texts, numbers or null. It says where to go on even when rows
 * were added or removed meanwhile, which an offset would not.
 */
export type Keyset = readonly (string | number | null)[];

declare module 'fastify' {
  interface FastifyInstance {
    cursorKey: Uint8Array;
  }
}

/**
 * Where the page starts: after this keyset, or `undefined` for the first page. A cursor that was changed, or was made
 * for another association, list or filter, is a 400.
 */
export function after<Key extends z.ZodType>(
  request: FastifyRequest,
  key: Key,
): z.infer<Key> | undefined {
  const { cursor } = request.query as { cursor?: string };
  if (cursor === undefined) return undefined;
  const text = open(request, cursor);
  const keyset = text === undefined ? undefined : key.safeParse(JSON.parse(text));
  if (keyset?.success) return keyset.data;
  throw new HttpProblem('invalid-request', {
    errors: [
      {
        pointer: 'cursor',
        code: 'wrong-cursor',
        detail: {
          en: 'This cursor is not one of this list with these filters.',
          fr: 'Ce curseur n’est pas de cette liste avec ces filtres.',
        },
      },
    ],
  });
}

/**
 * The page of `rows`, which were fetched with one more than `limit` to know whether others follow; `key` gives the
 * keyset of a row. Sets the Link header (RFC 8288) to the next page.
 */
export function page<Row>(
  request: FastifyRequest,
  reply: Answering,
  rows: readonly Row[],
  key: (row: Row) => Keyset,
): { items: Row[]; next: string | null } {
  const { limit } = request.query as { limit: number };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, next: null };
  const next = seal(request, JSON.stringify(key(last)));
  const [path = '', query = ''] = request.url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', next);
  reply.header('link', `<${path}?${parameters}>; rel="next"`);
  return { items, next };
}

/** Encrypted, since a keyset may hold what must not stand in an address, and bound to association, path and filters. */
function seal(request: FastifyRequest, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, request.server.cursorKey, nonce).setAAD(scope(request));
  const sealed = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

function open(request: FastifyRequest, cursor: string): string | undefined {
  const sealed = Buffer.from(cursor, 'base64url');
  if (sealed.length < nonceBytes + tagBytes || sealed.toString('base64url') !== cursor) {
    return undefined;
  }
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, request.server.cursorKey, nonce, {
    authTagLength: tagBytes,
  }).setAAD(scope(request));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function scope(request: FastifyRequest): Buffer {
  const [path = '', query = ''] = request.url.split('?');
  const filters = [...new URLSearchParams(query)]
    .filter(([name]) => name !== 'cursor' && name !== 'limit' && name !== 'waitFor')
    .sort();
  // On a public route nobody calls: everybody may go on.
  const { association = null, role = null } = (request.caller ?? {}) as Partial<Caller>;
  return Buffer.from(JSON.stringify([association, role, path, filters]));
}
