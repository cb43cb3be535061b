import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@relais/event-log/log';
import { faultOf, loggable } from '@relais/http/faults';
import type { Database } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Provider } from 'oidc-provider';
import { issuerAdapter } from './adapter.ts';
import { openKeyRing } from './key-ring.ts';
import { buildProvider } from './provider.ts';
import { ensureSigningKey } from './signing-keys.ts';

export type Issuer = {
  /** Node's request and response, with the body not read yet. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** The published keys, for verifying tokens within this process. */
  readonly keys: JWTVerifyGetKey;
};

type Logger = { readonly error: (details: object, message: string) => void };

/**
 * Opens the embedded issuer: discovery, key set and token endpoint. Apply `issuerMigrations` first. Any number of processes
 * may serve the same issuer: keys, clients and used assertions are shared through PostgreSQL and the log.
 */
export async function openIssuer(options: {
  readonly issuer: string;
  readonly database: Database;
  readonly log: Log;
  readonly masters: MasterKeys;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** As long as any other answer may take: default 25 s. */
  readonly answerMaxMs?: number;
}): Promise<Issuer> {
  const { issuer, database, log, masters, now, signal, logger, answerMaxMs = 25_000 } = options;
  await ensureSigningKey(database, masters, now());
  const ring = await openKeyRing(database, masters, {
    now,
    signal,
    onError: (error) => logger.error({ fault: loggable(error) }, 'signing keys not read'),
  });
  const adapter = issuerAdapter(log, database);
  let built: Built | undefined;
  const upToDate = (): Built => {
    const keys = ring.published();
    const kids = keys.map((key) => key.kid).join(' ');
    if (built?.kids === kids) return built;
    const provider = buildProvider({ issuer, keys, currentKid: () => ring.current().kid, adapter });
    answerFaults(provider, logger);
    const publicKeys = keys.map((key) => key.publicKey);
    built = { kids, handle: provider.callback(), keys: createLocalJWKSet({ keys: publicKeys }) };
    return built;
  };
  return {
    handle(request, response) {
      limitTime(response, answerMaxMs);
      void upToDate().handle(request, response);
    },
    keys: (header, token) => upToDate().keys(header, token),
  };
}

const unavailable = { error: 'temporarily_unavailable' };

/** A late answer of the library finds this one sent, and stays unsaid. */
function limitTime(response: ServerResponse, ms: number): void {
  const limit = setTimeout(() => {
    if (response.headersSent) return;
    const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '2' };
    response.writeHead(503, headers).end(JSON.stringify(unavailable));
  }, ms);
  response.once('close', () => clearTimeout(limit));
}

type Built = Issuer & { readonly kids: string };

/** Broken infrastructure is RFC 6749's temporarily_unavailable; errors are logged without what was sent. */
function answerFaults(provider: Provider, logger: Logger): void {
  provider.on('server_error', (ctx, error) => {
    const { problem, isBug } = faultOf(error);
    if (isBug) logger.error({ fault: loggable(error) }, 'the issuer failed');
    if (problem.code !== 'unavailable') return;
    ctx.status = 503;
    ctx.set('retry-after', '2');
    ctx.body = unavailable;
  });
  // Koa writes to the console where nobody listens.
  (provider as EventEmitter).on('error', (error: unknown) =>
    logger.error({ fault: loggable(error) }, 'the issuer failed'),
  );
}
