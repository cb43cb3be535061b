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
  /** Listens until it aborts. */
  readonly signal: AbortSignal;
};

/**
 * Listens to all channels on one connection, opened for the first and ended after the last, and opened anew with
 * back-off when it breaks: the server wakes every connection that listens, whatever the channel that is notified.
 */
export function openListener(connection: () => ClientConfig): (listening: Listening) => void {
  const wanted = new Set<Listening>();
  let [running, retryDelayMs] = [false, retryDelayMinMs];
  let current: Client | undefined;
  let over = Promise.withResolvers<void>();
  let idle = new AbortController();

  async function run(): Promise<void> {
    running = true;
    while (wanted.size > 0) {
      idle = new AbortController();
      await listenOnce();
      const delayMs = retryDelayMs * (0.5 + Math.random() / 2);
      await sleep(delayMs, undefined, { signal: idle.signal }).catch(() => undefined);
      retryDelayMs = Math.min(retryDelayMs * 2, retryDelayMaxMs);
    }
    running = false;
  }

  /** Resolves when the connection is over, for whatever reason. */
  async function listenOnce(): Promise<void> {
    over = Promise.withResolvers<void>();
    const client = new Client(connection());
    client.on('error', () => over.resolve());
    client.on('end', () => over.resolve());
    client.on('notification', ({ channel, payload = '' }) => {
      for (const each of wanted) if (each.channel === channel) each.notify(payload);
    });
    const heartbeat = setInterval(() => {
      client.query('select 1').catch(over.resolve);
    }, heartbeatMs);
    try {
      await client.connect();
      current = client;
      for (const each of wanted) begin(client, each);
      await over.promise;
    } catch {
      // Nothing to tell apart: whatever broke, the loop above tries again.
    } finally {
      current = undefined;
      clearInterval(heartbeat);
      await client.end().catch(() => undefined);
    }
  }

  function begin(client: Client, listening: Listening): void {
    client.query(`listen ${escapeIdentifier(listening.channel)}`).then(() => {
      retryDelayMs = retryDelayMinMs;
      if (wanted.has(listening)) listening.notify(undefined);
    }, over.resolve);
  }

  function leave(listening: Listening): void {
    wanted.delete(listening);
    if (wanted.size === 0) {
      idle.abort();
      over.resolve();
    } else if (![...wanted].some(({ channel }) => channel === listening.channel)) {
      const unlisten = `unlisten ${escapeIdentifier(listening.channel)}`;
      current?.query(unlisten).catch(over.resolve);
    }
  }

  return (listening) => {
    if (listening.signal.aborted) return;
    wanted.add(listening);
    listening.signal.addEventListener('abort', () => leave(listening), { once: true });
    if (current !== undefined) begin(current, listening);
    else if (!running) void run();
  };
}
