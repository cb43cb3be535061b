import { fastifySwagger } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import { type HttpProblemCode, httpProblems } from '@relais/contracts/http-problems';
import { Problem } from '@relais/contracts/problems';
import type { FastifySchema, RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App, AppOptions } from './app-options.ts';
import { prune } from './openapi-components.ts';
import { noBody } from './pipeline.ts';

type Json = { [name: string]: unknown };

const text = (description: string, more: Json = {}) => ({ type: 'string', description, ...more });
const requestHeaders = {
  'Idempotency-Key': text(
    'One quoted text (RFC 9651 §3.3.3) of 1 to 255 characters, new for each command. The same key with the same request gives the same answer for 24 hours.',
    { pattern: '^"[^"]+"$', example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' },
  ),
  'If-Match': text('ETag of the revision this change starts from.', {
    pattern: '^"\\d+"$',
    example: '"3"',
  }),
};
const correlation = text('Joins what belongs together across services; a new one unless a UUID.', {
  format: 'uuid',
});
const answerHeaders = {
  'API-Version': text('Version of the interface.'),
  'Correlation-Id': correlation,
  RateLimit: text('What is left (draft-ietf-httpapi-ratelimit-headers).'),
};
const commandHeaders = {
  ...answerHeaders,
  ETag: text('Revision, for If-Match.'),
  'Relais-Position': text('For `waitFor`: reads with it show what was just written.'),
};
const waitFor = text(
  'Relais-Position of an answer: waits up to five seconds until the read shows it.',
  { pattern: '^\\d{1,20}$' },
);

const everywhere: HttpProblemCode[] = ['invalid-request', 'too-many-requests', 'unavailable'];
const withToken: HttpProblemCode[] = ['token-invalid', 'role-not-allowed', 'not-found'];
/** What is public may still not be there. */
const ofPublic = ({ params }: Json): HttpProblemCode[] => (params ? ['not-found'] : []);
const ofCommands: HttpProblemCode[] = [
  'idempotency-key-in-use',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];
const ofChanges: HttpProblemCode[] = ['stale-revision', 'precondition-required'];

/** `/openapi.json` (OpenAPI 3.1) and `/docs`, both made of the routes' own schemas. */
export async function documentation(app: App, options: AppOptions): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: options.title, description: options.description, version: '1' },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' } },
      },
      security: [{ token: [] }],
    },
    transform(input) {
      const schema = input.schema as FastifySchema | undefined;
      const plain = schema && { ...schema, ...(schema.body === noBody && { body: undefined }) };
      const result = jsonSchemaTransform({ ...input, schema: plain } as typeof input);
      return { ...result, schema: describe(result.schema as Json, input.route) };
    },
    transformObject: (input) => prune(jsonSchemaTransformObject(input) as Json) as never,
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // Its default lets in fonts and styles from elsewhere, and asks for TLS that loopback does not have.
    transformStaticCSP: (policy) =>
      policy
        .replaceAll(' https:', '')
        .replace(' validator.swagger.io', '')
        .replace("frame-ancestors 'self'", "frame-ancestors 'none'")
        .replace(' upgrade-insecure-requests;', ''),
    uiConfig: { validatorUrl: null },
  });
  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').serializer(String).send(document);
  });
}

/** Adds what the pipeline does for a route: headers, `waitFor`, the problems. */
function describe(schema: Json, route: RouteOptions): Json {
  const { access, command } = route.config ?? {};
  if (access === undefined) return schema;
  const names: HttpProblemCode[] = [
    ...everywhere,
    ...(access === 'public' ? ofPublic(schema) : withToken),
    ...(command === undefined && route.method !== 'PATCH' ? [] : ofCommands),
    ...(command === 'change' ? ofChanges : []),
  ];
  const isRead = command === undefined;
  const required = ['Idempotency-Key', ...(command === 'change' ? ['If-Match'] : [])];
  const { [command === 'change' ? '' : 'If-Match']: _, ...headers } = requestHeaders as Json;
  const query = schema.querystring as Json & { properties?: Json };
  return {
    operationId: operationId(route),
    ...schema,
    ...(schema.body !== undefined && { body: withExamples(schema.body as Json) }),
    ...(access === 'public' ? { security: [] } : { 'x-roles': access }),
    querystring: isRead ? { ...query, properties: { ...query.properties, waitFor } } : query,
    headers: {
      type: 'object',
      properties: { 'Correlation-Id': correlation, ...(command && headers) },
      ...(command && { required }),
    },
    response: { ...answers(schema, command !== undefined), ...problems(names) },
  };
}

/** zod leaves out the `examples` of whatever it transforms, as it does all that is personal; not an `example`. */
const withExamples = ({ example, ...body }: Json): Json =>
  example === undefined ? body : { ...body, examples: [example] };

/** `post-referrals-by-id-accept` for `POST /v1/referrals/:id/accept`: unique because the path and its parameters are. */
const operationId = ({ method, url }: RouteOptions): string =>
  [String(method).toLowerCase(), ...url.replace(/^(?:\/v1)?\//, '').split('/')]
    .map((part) => part.replace(/^:/, 'by-'))
    .join('-');

const answers = (schema: Json, isCommand: boolean): Json =>
  Object.fromEntries(
    Object.entries((schema.response ?? {}) as { [status: string]: Json }).map(
      ([status, answer]) => [
        status,
        {
          description: 'Done.',
          ...answer,
          headers: {
            ...(isCommand ? commandHeaders : answerHeaders),
            ...(status === '201' && { Location: text('Address of what was made.') }),
          },
        },
      ],
    ),
  );

function problems(names: readonly HttpProblemCode[]): Json {
  const byStatus: Json = {};
  for (const name of names.toSorted((a, b) => httpProblems[a].status - httpProblems[b].status)) {
    const { status, title } = httpProblems[name];
    byStatus[status] = {
      description: title.en,
      content: {
        'application/problem+json': { schema: { $ref: `#/components/schemas/${problemId}` } },
      },
    };
  }
  return byStatus;
}
const problemId = Problem.meta()?.id;
