import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { deadlineMs } from './eventually.ts';
import type { Partner, Reply } from './partner.ts';

/** A command, and the first answer to it that was one. */
export type Entry = {
  readonly who: Partner;
  readonly url: string;
  readonly key: string;
  readonly body: unknown;
  readonly etag: string | undefined;
  readonly status: number;
  readonly text: string;
  readonly tag: string | null;
  readonly position: string | null;
  /** How often it had to be sent. */
  readonly sent: number;
};

/** Remembers every command that was answered, whatever had to be survived until then. */
export type Ledger = {
  readonly entries: readonly Entry[];
  /** Commands that were sent and have no answer yet. */
  open(): number;
  /** Sends a command, and sends it again with the same key until it is answered. */
  tell(who: Partner, url: string, sent?: { body?: unknown; etag?: string }): Promise<Reply>;
  /** Reads until there is an answer. */
  read(who: Partner, url: string): Promise<Reply>;
};

const pauseMs = 100;

export function openLedger(): Ledger {
  const entries: Entry[] = [];
  let open = 0;
  return {
    entries,
    open: () => open,
    async tell(who, url, { body = {}, etag } = {}) {
      const key = randomUUID();
      let sent = 0;
      open++;
      const reply = await persist(() => {
        sent++;
        return who.post(url, { body, etag, key });
      });
      open--;
      const { status, text, headers } = reply;
      const [tag, position] = [headers.get('etag'), headers.get('relais-position')];
      entries.push({ who, url, key, body, etag, status, text, tag, position, sent });
      return reply;
    },
    read: (who, url) => persist(() => who.get(url)),
  };
}

/** Sends the same request with the same key once more. */
export const repeat = ({ who, url, key, body, etag }: Entry): Promise<Reply> =>
  persist(() => who.post(url, { body, etag, key }));

/** What a client does that was told nothing, that it is being seen to, or to come back later. */
async function persist(send: () => Promise<Reply>): Promise<Reply> {
  const deadline = performance.now() + 2 * deadlineMs;
  for (;;) {
    const reply = await send().catch(() => undefined);
    if (reply !== undefined && !isPassing(reply)) return reply;
    if (performance.now() > deadline) {
      throw new Error(`never answered: ${reply?.status} ${reply?.text}`);
    }
    await wait(pauseMs);
  }
}

const isPassing = ({ status, body }: Reply): boolean =>
  status === 503 || (status === 409 && String(body?.type).endsWith('idempotency-key-in-use'));
