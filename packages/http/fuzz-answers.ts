import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { canary } from './fuzz-corpus.ts';
import type { Operation } from './fuzz-operations.ts';

export type Answer = {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string | string[] | number | undefined };
  readonly body: string;
};

export type Expectation = {
  /** Exactly this. */
  readonly status?: number;
  /** Any 4xx. */
  readonly isRefused?: boolean;
  /** `errors` has an entry for this pointer. */
  readonly names?: string;
};

const shownMax = 1_500;
const json = 'application/json';
const problemJson = 'application/problem+json';

/** Knows the schemas of a document; those that are written alike are compiled once for all its operations. */
export function documentSchemas(document: object): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document:', ...document });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document:#/components/');
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
    compiled.set(text, known);
    return known;
  };
}

/** Throws, with the request, when an answer of this operation is not what its document or `expectation` says. */
export function answerChecker(
  operation: Operation,
  validatorOf: ReturnType<typeof documentSchemas>,
): (answer: Answer, expectation: Expectation & { readonly request: object }) => void {
  return (answer, { request, ...expectation }) => {
    const mediaType = String(answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    const schema = operation.answers[answer.statusCode]?.[mediaType];
    const validate = schema && validatorOf(schema);
    const fault =
      statusFault(answer.statusCode, expectation) ??
      formFault(answer, mediaType, validate) ??
      problemFault(answer, expectation);
    if (fault === undefined) return;
    const errors = validate?.errors ?? [];
    const details = errors.map((one) => `${one.instancePath} ${one.message}`).join(', ');
    throw new Error(
      `${operation.method} ${operation.path} ${fault} ${details}
request: ${JSON.stringify(request)?.slice(0, shownMax)}
answer: ${answer.statusCode} ${mediaType} ${answer.body.slice(0, shownMax)}`,
    );
  };
}

function statusFault(status: number, expectation: Expectation): string | undefined {
  if (status >= 500) return 'answered with a fault';
  if (expectation.status !== undefined && status !== expectation.status) {
    return `should answer ${expectation.status}`;
  }
  return expectation.isRefused === true && status < 400 ? 'should be refused' : undefined;
}

function formFault(
  { statusCode, body }: Answer,
  mediaType: string,
  validate: ValidateFunction | undefined,
): string | undefined {
  const isExpected = mediaType === (statusCode >= 400 ? problemJson : json);
  const isDocumented = statusCode < 400 && validate !== undefined;
  if (!isExpected && !isDocumented) return 'has a wrong media type';
  if (validate === undefined) return 'answered what its document does not name';
  return validate(isExpected ? JSON.parse(body) : body) ? undefined : 'is not as documented:';
}

function problemFault({ statusCode, headers, body }: Answer, { names }: Expectation) {
  if (statusCode < 400) return undefined;
  const problem = JSON.parse(body) as { status: number; errors?: { pointer: string }[] };
  if (problem.status !== statusCode) return 'says another status';
  if (JSON.stringify([headers, body]).includes(canary)) return 'echoes the canary';
  const isNamed = names === undefined || problem.errors?.some(({ pointer }) => pointer === names);
  return isNamed ? undefined : `should name ${names}`;
}
