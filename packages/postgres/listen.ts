import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, escapeIdentifier } from 'pg';

const retryDelayMinMs = 50;
const retryDelayMaxMs = 5_000;
/** TCP alone can take hours to notice that the other side is gone. */
const heartbeatMs = 15_000;

export type Listening = {
  readonly channel: string;
  /** Called with each payload, and with undefined each time listening starts. */
  readonly notify: (payload: string | undefined) => void;
  readonly signal: AbortSignal;
};

/** Listens until `signal` aborts, on one connection after another, with back-off between them. Never rejects. */
export async function listenForever(
  connection: () => ClientConfig,
  { channel, notify, signal }: Listening,
): Promise<void> {
  let retryDelayMs = retryDelayMinMs;
  while (!signal.aborted) {
    await listenOnce(connection(), {
      channel,
      signal,
      notify: (payload) => {
        if (payload === undefined) retryDelayMs = retryDelayMinMs;
        notify(payload);
      },
    });
    const jitter = 0.5 + Math.random() / 2;
    await sleep(retryDelayMs * jitter, undefined, { signal }).catch(() => undefined);
    retryDelayMs = Math.min(retryDelayMs * 2, retryDelayMaxMs);
  }
}

/** Resolves when the connection is over, for whatever reason. */
async function listenOnce(
  config: ClientConfig,
  { channel, notify, signal }: Listening,
): Promise<void> {
  const client = new Client(config);
  const over = Promise.withResolvers<void>();
  client.on('error', () => over.resolve());
  client.on('end', () => over.resolve());
  client.on('notification', (message) => notify(message.payload ?? ''));
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  const heartbeat = setInterval(() => {
    client.query('select 1').catch(() => over.resolve());
  }, heartbeatMs);
  try {
    await client.connect();
    await client.query(`listen ${escapeIdentifier(channel)}`);
    if (!signal.aborted) notify(undefined);
    await over.promise;
  } catch {
    // Nothing to tell apart: whatever broke, the loop above tries again.
  } finally {
    clearInterval(heartbeat);
    await client.end().catch(() => undefined);
  }
}
