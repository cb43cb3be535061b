import fc, { type Arbitrary } from 'fast-check';

/** A JSON Schema as zod writes it. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
  readonly format?: string;
  readonly pattern?: string;
};

/** Schemas by component name, and known good values by property or parameter name. */
export type SchemaContext = {
  readonly components: { readonly [name: string]: Schema };
  readonly samples: { readonly [name: string]: readonly unknown[] };
};

const entriesMax = 3;
const day = { min: new Date('1900-03-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z') };

/** People and places as they are really called: scripts, marks, one letter, the longest of names, injection attempts. */
export const texts = [
  'محمد عبد الرحمن',
  '\u200fשלום\u200e',
  'O’Brien-Ñuñez',
  'José',
  'Jose\u0301',
  '李',
  'a',
  '🧑🏽‍🤝‍🧑🏻',
  "'; drop table referral; --",
  '=HYPERLINK("http://x")',
  '<script>alert(1)</script>',
  'N'.repeat(300),
];

/** Values that a schema allows. Known samples are used for half of the properties that have any. */
export function arbitraryOf(schema: Schema, context: SchemaContext, name = ''): Arbitrary<unknown> {
  const isFixed = schema.const !== undefined || schema.enum !== undefined;
  // Properties of one name may be of several types: the hours of an exchange, and those of a site.
  const samples = (isFixed ? [] : (context.samples[name] ?? [])).filter((sample) =>
    isOfType(schema, sample),
  );
  const made = generated(schema, context);
  return samples.length === 0 ? made : fc.oneof(fc.constantFrom(...samples), made);
}

/** False where the schema says so at its first level: another type, a text of another pattern. */
function isOfType({ type, anyOf, pattern }: Schema, sample: unknown): boolean {
  if (anyOf !== undefined) return anyOf.some((one) => isOfType(one, sample));
  switch (type) {
    case 'number':
    case 'integer':
      return typeof sample === 'number';
    case 'null':
      return sample === null;
    case 'boolean':
      return typeof sample === 'boolean';
    case 'string':
      return (
        typeof sample === 'string' && (pattern === undefined || new RegExp(pattern).test(sample))
      );
    default:
      return true;
  }
}

function generated(schema: Schema, context: SchemaContext): Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const target = context.components[schema.$ref.split('/').at(-1) ?? ''];
    if (target === undefined) throw new Error(`${schema.$ref} is not there`);
    return arbitraryOf(target, context);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => arbitraryOf(one, context)));
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((one) => arbitraryOf(one, context));
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values));
  }
  const [type] = [schema.type].flat();
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer(bounds(schema));
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return array(schema, context);
    case 'object':
      return object(schema, context);
    default:
      return fc.constantFrom(null, true, 1, 'text');
  }
}

function array(schema: Schema, context: SchemaContext): Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = entriesMax, uniqueItems } = schema;
  const length = { minLength: minItems, maxLength: Math.min(maxItems, minItems + entriesMax) };
  const entry = arbitraryOf(items, context);
  return uniqueItems === true ? fc.uniqueArray(entry, length) : fc.array(entry, length);
}

const bounds = ({ minimum, maximum, exclusiveMinimum }: Schema) => ({
  min: Math.max(minimum ?? (exclusiveMinimum ?? -1_000_001) + 1, -(2 ** 31)),
  max: Math.min(maximum ?? 1_000_000, 2 ** 31 - 1),
});

function number(schema: Schema): Arbitrary<number> {
  const { multipleOf: of } = schema;
  const { min, max } = bounds(schema);
  if (of === undefined) return fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
  const times = fc.integer({ min: Math.ceil(min / of), max: Math.floor(max / of) });
  return times.map((one) => one * of);
}

function object(schema: Schema, context: SchemaContext): Arbitrary<unknown> {
  const { properties, additionalProperties, propertyNames } = schema;
  if (properties === undefined && typeof additionalProperties === 'object') {
    const key = arbitraryOf(propertyNames ?? { type: 'string', minLength: 1 }, context).map(String);
    return fc.dictionary(key, arbitraryOf(additionalProperties, context), { maxKeys: entriesMax });
  }
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]): [string, Arbitrary<unknown>] => [name, arbitraryOf(field, context, name)],
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
}

function text({ format, pattern, minLength = 0, maxLength = 300 }: Schema): Arbitrary<string> {
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'date':
      return fc
        .date({ ...day, noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10));
    case 'date-time':
      return fc.date({ ...day, noInvalidDate: true }).map((date) => date.toISOString());
    case 'email':
      return fc.constant('someone@example.org');
    case 'uri':
      return fc.constant('https://example.org/');
    default:
      break;
  }
  if (pattern !== undefined) {
    return matching(pattern).filter(({ length }) => length >= minLength && length <= maxLength);
  }
  const fitting = texts.filter((one) => one.length >= minLength && one.length <= maxLength);
  const made = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) });
  return fitting.length === 0 ? made : fc.oneof(fc.constantFrom(...fitting), made);
}

/** The generator knows no lookaround: such a text is any text, and the service may refuse it. */
function matching(pattern: string): Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'));
  } catch {
    return fc.string({ minLength: 1, maxLength: 20 });
  }
}
