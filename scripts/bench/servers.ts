import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { testIssuer } from '@relais/http/test-tokens';
import type { Database } from '@relais/postgres/database';
import type { JSONWebKeySet } from 'jose';
import { heapFlags } from '../start/heap.ts';
import { message, startChild } from './load.ts';

/** What a measured server is started with. */
export type ServerArgument = {
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
  readonly masterKey: string;
};

export type Server = {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/** The bench's own issuer: tokens as the identity service makes them, without waiting for it. */
export async function benchIssuer() {
  const { issuer, jwks, token } = await testIssuer();
  return {
    argument: {
      issuer,
      jwks,
      audience: 'urn:relais:referrals',
      masterKey: randomBytes(32).toString('base64url'),
    },
    /** A token of each of so many clients of the association: no single one meets its rate limit. */
    tokens: (association: string, clients = 16) =>
      Promise.all(
        Array.from({ length: clients }, (_, n) =>
          token({
            service: 'referrals',
            role: 'partner',
            association,
            clientId: `bench-${n}`,
            claims: { exp: Math.floor(Date.now() / 1000) + 290 },
          }),
        ),
      ),
  };
}

/** Starts a program of this folder, with the memory of a service, that tells its address once it listens. */
export async function startServer(
  file: 'bare-process.ts' | 'commands-process.ts' | 'referrals-process.ts' | 'resources-process.ts',
  argument: ServerArgument,
  flags: string[] = [],
): Promise<Server> {
  const child = startChild(file, argument, [...heapFlags, ...flags]);
  const url = await message<string>(child);
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

type Health = { readonly status: string };
const readyMaxMs = 300_000;

/** Resolves once the service is ready and everything it does behind its commands has reached the end of the log. */
export async function caughtUp(url: string, database: Database): Promise<void> {
  const deadline = performance.now() + readyMaxMs;
  while (performance.now() < deadline) {
    const health = (await fetch(`${url}/health/ready`).then((answer) => answer.json())) as Health;
    const { rowCount } = await database.query(
      `select from event_log.consumer c, event_log.head h
       where c.position > 0 and c.position < h.position and c.owner is not null`,
    );
    if (health.status === 'ready' && rowCount === 0) return;
    await pause(100);
  }
  throw new Error('the service does not catch up');
}
