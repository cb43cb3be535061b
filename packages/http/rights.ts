import { clientEvents } from '@relais/contracts/identity';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';

/** `unknown-yet`: the log has not been read to its end once, so nothing can be said. */
export type Standing = 'good' | 'withdrawn' | 'unknown-yet';

export type Rights = {
  /** What the log says about a client's token; `issuedAt` is its `iat`, in seconds. */
  readonly standing: (clientId: string, issuedAt: number) => Standing;
  readonly hasCaughtUp: () => boolean;
  /** Ends, with the error, when an event cannot be parsed; resolves when `signal` aborts. */
  readonly done: Promise<void>;
};

/**
 * The second from which on tokens carry what a client's latest event says. `iat` has whole seconds, so each change takes
 * one that no earlier token has, whatever comes within one second; `before` is that of the event before.
 */
export const rightsSecond = (before: number | undefined, recordedAt: string): number =>
  Math.max(Math.floor(Date.parse(recordedAt) / 1000), before ?? 0) + 1;

/** Rights that are withdrawn shall be refused within a second. */
const paceMs = 50;

/**
 * Follows the clients' streams and keeps who lost which rights when. Tokens live for minutes, so a disabled client
 * and a token with rights from before a change are refused here, as soon as the event is read. A client the log does
 * not know is good: the issuer may be another one than ours.
 */
export function followRights(log: Log, signal: AbortSignal): Rights {
  const disabled = new Set<string>();
  /** By client: the second before which its tokens were issued for other rights or keys; and that of its latest event. */
  const notBefore = new Map<string, number>();
  const latest = new Map<string, number>();
  let caughtUp = false;

  const apply = (record: Recorded): void => {
    const event = parse(clientEvents, record);
    const { client } = event.data;
    const since = rightsSecond(latest.get(client), record.recordedAt);
    latest.set(client, since);
    switch (event.type) {
      case 'client-registered.v1':
        return;
      case 'client-enabled.v1':
        disabled.delete(client);
        return;
      case 'client-disabled.v1':
        disabled.add(client);
        break;
      case 'client-rights-changed.v1':
      case 'client-keys-replaced.v1':
        break;
    }
    notBefore.set(client, since);
  };
  const run = async (): Promise<void> => {
    const prefixes = ['client-'];
    for await (const batch of log.follow({ after: 0n, prefixes, paceMs, signal })) {
      batch.records.forEach(apply);
      caughtUp ||= batch.caughtUp;
    }
  };

  return {
    standing(clientId, issuedAt) {
      if (!caughtUp) return 'unknown-yet';
      if (disabled.has(clientId)) return 'withdrawn';
      const since = notBefore.get(clientId);
      return since === undefined || issuedAt >= since ? 'good' : 'withdrawn';
    },
    hasCaughtUp: () => caughtUp,
    done: run(),
  };
}
