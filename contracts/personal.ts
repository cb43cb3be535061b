/**
 * Personal data between the request and the vault. A body schema marks it with `personal`, which wraps what was
 * sent in a `Plain`; the route seals each (`sealEach`) and hands the rules a command that holds ciphertext only.
 * A sealed value stands in the first event of the decision, at the path it had in the body.
 */
import type { ZodType, z } from 'zod';
import type { Category, Sealed } from './sealed.ts';

/** A personal value in clear. It shows itself to the vault alone: printed or serialised it says nothing. */
export class Plain<Value = unknown> {
  readonly category: Category;
  readonly #value: Value;

  constructor(category: Category, value: Value) {
    this.category = category;
    this.#value = value;
  }

  /** What was sent, for the vault to seal as JSON. */
  reveal(): Value {
    return this.#value;
  }

  toJSON(): string {
    return '[personal]';
  }
}

/** Marks what a body schema accepts as personal data of a category (or of the category its content calls for). */
export const personal = <Schema extends ZodType>(
  category: Category | ((value: z.output<Schema>) => Category),
  schema: Schema,
) =>
  schema.transform(
    (value) => new Plain(typeof category === 'string' ? category : category(value), value),
  );

/** What is said of a text that an action must carry. */
export const owedUnlessForgotten =
  'Left out (null) only where everybody it could be about was forgotten: nothing is written of them any more.';

/** A body as the rules see it: every personal value sealed. */
export type SealedIn<Body> = Body extends string | number | boolean | null | undefined
  ? Body
  : Body extends Plain
    ? Sealed
    : Body extends readonly (infer Item)[]
      ? readonly SealedIn<Item>[]
      : { readonly [Key in keyof Body]: SealedIn<Body[Key]> };

/** Seals each personal value of a parsed body; `path` is where it stands, as `persons.0.identity`. */
export async function sealEach<Body>(
  body: Body,
  seal: (plain: Plain, path: string) => Promise<Sealed>,
): Promise<SealedIn<Body>> {
  return (await sealAt(body, seal, '')) as SealedIn<Body>;
}

async function sealAt(
  value: unknown,
  seal: (plain: Plain, path: string) => Promise<Sealed>,
  path: string,
): Promise<unknown> {
  if (value instanceof Plain) return seal(value, path);
  if (value === null || typeof value !== 'object') return value;
  const under = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) {
    return Promise.all(value.map((item, index) => sealAt(item, seal, under(index))));
  }
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await sealAt(item, seal, under(key))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
