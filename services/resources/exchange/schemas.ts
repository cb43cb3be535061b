import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const folder = (name: string): URL => new URL(`./schemas/${name}/`, import.meta.url);
const json = (file: URL): object => JSON.parse(readFileSync(file, 'utf8')) as object;

/** The documents that can be validated, by the published schema that they have to fit. */
export type SchemaName =
  | 'hsds/organization'
  | 'hsds/service'
  | 'hsds/location'
  | 'hsds/service_at_location'
  | 'hsds/taxonomy'
  | 'hsds/taxonomy_term'
  | 'data-inclusion/structure'
  | 'data-inclusion/service';

let ajv: Ajv2020 | undefined;

/** Compiled on first use: a process that imports nothing pays nothing. */
export function validatorOf(name: SchemaName): ValidateFunction {
  ajv ??= compiler();
  const validate = ajv.getSchema(`${name}.json`);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate as ValidateFunction;
}

function compiler(): Ajv2020 {
  // The schemas carry keywords of their own (`core`, `constraints`); what they call a type, ajv takes strictly.
  const made = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(made);
  for (const format of ['hsds', 'data-inclusion']) {
    for (const file of readdirSync(folder(format))) {
      const schema = json(new URL(file, folder(format)));
      if (!Array.isArray(schema)) made.addSchema({ ...schema, $id: `${format}/${file}` });
    }
  }
  return made;
}

const pruningsMax = 100;

/** What remains of a document once everything that its schema refuses is left out. */
export type Fitted =
  | { readonly fits: true; readonly document: unknown; readonly left: readonly string[] }
  /** What is missing or wrong cannot be left out. */
  | { readonly fits: false; readonly field: string };

/**
 * Leaves out of a document what the schema refuses, the smallest part each time: an item of a list, an optional field,
 * or the nested object that lacks a required one. `left` names the fields.
 */
export function fit(name: SchemaName, document: unknown): Fitted {
  const validate = validatorOf(name);
  if (validate(document)) return { fits: true, document, left: [] };
  const fitted = structuredClone(document);
  const left: string[] = [];
  for (let times = 0; times < pruningsMax; times++) {
    if (validate(fitted)) return { fits: true, document: fitted, left };
    const path = worst(validate.errors ?? []);
    if (path.length === 0) {
      return { fits: false, field: missing(validate.errors ?? []) ?? left.at(-1) ?? '' };
    }
    left.push(fieldOf(path));
    remove(fitted, path);
  }
  return { fits: false, field: left.at(-1) ?? '' };
}

/** The deepest place that is wrong: alternatives complain higher up about the same thing. */
function worst(errors: readonly ErrorObject[]): string[] {
  const paths = errors.map(({ instancePath }) => segments(instancePath));
  return paths.reduce((deepest, path) => (path.length > deepest.length ? path : deepest), []);
}

const missing = (errors: readonly ErrorObject[]): string | undefined =>
  errors.find(({ keyword }) => keyword === 'required')?.params.missingProperty as
    | string
    | undefined;

const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `service_at_locations.location.url`: places in lists are left out. */
const fieldOf = (path: readonly string[]): string =>
  path.filter((part) => !/^\d+$/.test(part)).join('.');

function remove(document: unknown, path: readonly string[]): void {
  const parent = path.slice(0, -1).reduce((at, part) => (at as never)[part], document as object);
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
}
