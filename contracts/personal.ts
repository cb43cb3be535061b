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

/** Where a personal value stands in a body: `persons.0.identity`. */
export type PlainAt = { readonly plain: Plain; readonly path: string };

/** Seals the personal values of a parsed body, all at once and in their order. */
export async function sealEach<Body>(
  body: Body,
  sealAll: (values: readonly PlainAt[]) => Promise<readonly Sealed[]>,
): Promise<SealedIn<Body>> {
  const values: PlainAt[] = [];
  replacePlain(body, '', (plain, path) => values.push({ plain, path }));
  const sealed = values.length === 0 ? [] : await sealAll(values);
  const next = sealed.values();
  return replacePlain(body, '', () => next.next().value) as SealedIn<Body>;
}

/** The body with something else in the place of each personal value. */
function replacePlain(
  value: unknown,
  path: string,
  replace: (plain: Plain, path: string) => unknown,
): unknown {
  if (value instanceof Plain) return replace(value, path);
  if (value === null || typeof value !== 'object') return value;
  const under = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) {
    return value.map((item, index) => replacePlain(item, under(index), replace));
  }
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    replacePlain(item, under(key), replace),
  ]);
  return Object.fromEntries(entries);
}
