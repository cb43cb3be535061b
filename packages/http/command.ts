import { hash } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { derivedId } from '@relais/event-log/event-id';
import type { FastifyRequest } from 'fastify';
import { parseItem } from 'structured-headers';
import type { Command } from './app-options.ts';
import type { Attempt } from './idempotency.ts';
import { type FieldError, HttpProblem } from './problem.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** W3C Trace Context §3.2: version 00, neither id all zeros. */
const traceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** A strong ETag (RFC 9110 §8.8.3) holding a revision: no weak one, no list, no `*`. */
const revisionTag = /^"(0|[1-9]\d{0,18})"$/;
/** A quoted text without escapes, which is what nearly everybody sends; anything else goes to the parser. */
const plainKey = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/;

const keyError: FieldError = {
  pointer: 'Idempotency-Key',
  code: 'wrong-format',
  detail: {
    en: 'One quoted text of 1 to 255 characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".',
    fr: 'Un seul texte entre guillemets de 1 à 255 caractères, tel que "8e03978e-40d5-43dd-bc93-6894a57f9324".',
  },
};
const keyMissing: FieldError = { ...keyError, code: 'required' };
const tagError: FieldError = {
  pointer: 'If-Match',
  code: 'wrong-format',
  detail: {
    en: 'One strong ETag as the last answer gave it, such as "3": no list, no W/, no *.',
    fr: 'Un seul ETag fort tel que la dernière réponse l’a donné, par exemple "3" : ni liste, ni W/, ni *.',
  },
};

export type CommandHeaders = {
  readonly key: string;
  readonly expected: bigint | undefined;
};

/** Idempotency-Key and, for `change`, If-Match; what is wrong with them is added to `errors`. */
export function commandHeaders(
  request: FastifyRequest,
  kind: 'create' | 'change',
  errors: FieldError[],
): CommandHeaders {
  const given = request.headers['idempotency-key'] as string | undefined;
  const key = given === undefined ? undefined : idempotencyKey(given);
  if (key === undefined) errors.push(given === undefined ? keyMissing : keyError);
  const match = request.headers['if-match'];
  const digits = match === undefined ? undefined : revisionTag.exec(match)?.[1];
  if (match !== undefined && digits === undefined) errors.push(tagError);
  if (errors.length === 0 && kind === 'change' && digits === undefined) {
    throw new HttpProblem('precondition-required');
  }
  const expected = kind === 'change' && digits !== undefined ? BigInt(digits) : undefined;
  return { key: key ?? '', expected };
}

function idempotencyKey(header: string): string | undefined {
  const plain = plainKey.exec(header)?.[1];
  if (plain !== undefined) return plain;
  try {
    const [value, parameters] = parseItem(header);
    const isKey = typeof value === 'string' && value.length > 0 && value.length <= 255;
    return isKey && parameters.size === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What makes two requests the same: method, address, If-Match and body as they came, before defaults are filled in. */
export function requestFingerprint(request: FastifyRequest): string {
  const { 'if-match': match = '' } = request.headers;
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const digest = hash('sha256', `${request.method}\n${request.url}\n${match}\n${body}`, 'hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20, 32)}`;
}

/** The attempt to claim, scoped to service and client: one partner's keys never meet another's. */
export const attemptOf = (
  service: string,
  request: FastifyRequest,
  key: string,
  now: Date,
): Attempt => ({
  slot: derivedId('idempotency', service, request.caller.clientId, key),
  fingerprint: request.fingerprint,
  occurredAt: now.toISOString(),
  correlationId: request.correlationId,
});

/**
 * The command of an attempt. Its id comes from the key and the request, so a retry is recognised by the log even after
 * the idempotency table forgot it, and a key used for something else never passes for the first command.
 */
export function commandOf(
  attempt: Attempt,
  request: FastifyRequest,
  expected: bigint | undefined,
): Command {
  const id = derivedId('command', attempt.slot, attempt.fingerprint);
  const { clientId, association } = request.caller;
  return {
    id,
    expected,
    context: {
      actor: clientId,
      association,
      correlationId: attempt.correlationId,
      causationId: id,
      commandId: id,
      occurredAt: attempt.occurredAt,
      ...traceContext(request),
    },
  };
}

/**
 * The context of its events when the body says that it happened at `occurredAt`. A clock ahead of ours, within what
 * clocks may differ, means now: nothing is told from the future. What is further ahead the rules refuse.
 */
export const contextAt = (
  { context }: Pick<Command, 'context'>,
  occurredAt: string | undefined,
): Command['context'] =>
  occurredAt !== undefined && Date.parse(occurredAt) < Date.parse(context.occurredAt)
    ? { ...context, occurredAt }
    : context;

/** Of the running span, else of the caller; a malformed header is ignored, as W3C Trace Context §3.2 wants. */
function traceContext(request: FastifyRequest): { traceparent?: string; tracestate?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  if (span !== undefined) {
    const flags = span.traceFlags.toString(16).padStart(2, '0');
    return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
  }
  const { traceparent: parent, tracestate: state } = request.headers;
  if (typeof parent !== 'string' || !traceparent.test(parent)) return {};
  const isKept = typeof state === 'string' && /^[\x20-\x7e]{1,512}$/.test(state);
  return { traceparent: parent, ...(isKept && { tracestate: state }) };
}

/** Correlation-Id when it is a UUID, else the request's own id. */
export function correlationIdOf(request: FastifyRequest): string {
  const given = request.headers['correlation-id'];
  if (typeof given !== 'string') return request.id;
  const lower = given.toLowerCase();
  return uuid.test(lower) ? lower : request.id;
}
