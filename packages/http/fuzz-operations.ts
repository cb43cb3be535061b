import { Role } from '@relais/contracts/identity';
import type { App } from './app-options.ts';
import type { Schema } from './fuzz-schema.ts';

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
};

/** One operation of a served OpenAPI document. */
export type Operation = {
  readonly method: string;
  /** With `{parameter}`s. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** By status: media type and schema of the answer. */
  readonly answers: { readonly [status: string]: { readonly [mediaType: string]: Schema } };
  readonly isPublic: boolean;
  readonly isCommand: boolean;
  readonly isChange: boolean;
  /** Who may call; for a public operation one role, which makes no difference. */
  readonly roles: readonly Role[];
};

type Content = { readonly [mediaType: string]: { readonly schema: Schema } };
type RawOperation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: { readonly [status: string]: { readonly content?: Content } };
  readonly 'x-roles'?: readonly Role[];
};
type Document = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: RawOperation } };
  readonly components?: { readonly schemas?: { readonly [name: string]: Schema } };
};

/** Every operation but those of health, out of what the app itself serves at /openapi.json. */
export function operationsOf(app: App): {
  readonly operations: readonly Operation[];
  readonly components: { readonly [name: string]: Schema };
  readonly document: object;
} {
  const document = JSON.parse(JSON.stringify(app.swagger())) as Document;
  const components = document.components?.schemas ?? {};
  const operations = Object.entries(document.paths)
    .filter(([path]) => !path.startsWith('/health/'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, raw]) => operationOf(path, method, raw, components)),
    );
  return { operations, components, document };
}

function operationOf(
  path: string,
  method: string,
  raw: RawOperation,
  components: { readonly [name: string]: Schema },
): Operation {
  const parameters = raw.parameters ?? [];
  const hasHeader = (name: string) =>
    parameters.some((one) => one.in === 'header' && one.name === name);
  const body = raw.requestBody?.content?.['application/json']?.schema;
  const name = body?.$ref?.split('/').at(-1);
  const isPublic = raw['x-roles'] === undefined;
  return {
    method: method.toUpperCase(),
    path,
    parameters,
    body: name === undefined ? body : components[name],
    answers: Object.fromEntries(
      Object.entries(raw.responses ?? {}).map(([status, { content = {} }]) => [
        status,
        Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema])),
      ]),
    ),
    isPublic,
    isCommand: hasHeader('Idempotency-Key'),
    isChange: hasHeader('If-Match'),
    roles: raw['x-roles'] ?? [Role.enum.partner],
  };
}
