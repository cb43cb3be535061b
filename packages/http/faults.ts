import type { HttpProblemCode } from '@relais/contracts/http-problems';
import { AppendTooLarge, LogUnavailable } from '@relais/event-log/log';
import { HttpProblem } from './problem.ts';

const byFastifyCode: { readonly [code: string]: HttpProblemCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};
const byStatus: { readonly [status: number]: HttpProblemCode } = {
  404: 'not-found',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  431: 'headers-too-large',
};
/** Of sockets, and of the pool that waits for a connection in vain. */
const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND']);
/**
 * PostgreSQL's (Appendix A): connection exception, insufficient resources, operator intervention, transaction
 * rollback, lock not available, read-only transaction, system error.
 */
const passingSqlStates = /^(?:08...|53...|57...|40...|55P03|25006|58...)$/;
/** Data exception: a value that the schemas let through and the database refuses. */
const dataSqlStates = /^22...$/;
const codeless =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;
const causesMax = 5;

/** What the caller is told, and whether somebody must look at the error. */
export type Fault = { readonly problem: HttpProblem; readonly isBug: boolean };

/** Bad input is the caller's and 4xx, broken infrastructure is passing and 503, everything else is our bug and 500. */
export function faultOf(error: unknown): Fault {
  if (error instanceof HttpProblem) return { problem: error, isBug: false };
  if (error instanceof AppendTooLarge) {
    return { problem: new HttpProblem('body-too-large'), isBug: false };
  }
  if (isInfrastructure(error)) return { problem: new HttpProblem('unavailable'), isBug: false };
  const { code, statusCode } = property(error);
  if (typeof code === 'string') {
    const known = byFastifyCode[code];
    if (known !== undefined) return { problem: new HttpProblem(known), isBug: false };
    if (dataSqlStates.test(code))
      return { problem: new HttpProblem('invalid-request'), isBug: true };
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { problem: new HttpProblem(byStatus[statusCode] ?? 'malformed-request'), isBug: false };
  }
  return { problem: new HttpProblem('internal-error'), isBug: true };
}

function isInfrastructure(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < causesMax && cause instanceof Error; depth++) {
    const { code, syscall } = property(cause);
    if (cause instanceof LogUnavailable || cause.name === 'DatabaseUnavailable') return true;
    // Where a socket file should be, there is none (ENOENT), as on an address nobody listens.
    if (syscall === 'connect') return true;
    if (typeof code === 'string' && (connectionCodes.has(code) || passingSqlStates.test(code))) {
      return true;
    }
    // The driver has no code for these.
    if (codeless.test(cause.message)) return true;
    cause = cause.cause;
  }
  return false;
}

const property = (
  error: unknown,
): { readonly code?: unknown; readonly statusCode?: unknown; readonly syscall?: unknown } =>
  typeof error === 'object' && error !== null ? error : {};

/**
 * An error as it may stand in a log: name, code and where, of its causes too. The messages of the database, of the
 * schemas and of parsers quote values, so they stay out.
 */
export function loggable(error: unknown, depth = 0): Loggable {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' };
  const { code } = property(error);
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return {
    type: error.name,
    message: typeof code === 'string' ? code : '',
    stack: frames.slice(0, 12).join('\n'),
    ...(error.cause !== undefined &&
      depth < causesMax && { cause: loggable(error.cause, depth + 1) }),
  };
}

type Loggable = {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly [more: string]: unknown;
};
