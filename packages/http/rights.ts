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
 * Follows the clients' streams and keeps who lost which rights when. Tokens live for minutes, so a disabled client
 * and a token with rights from before a change are refused here, as soon as the event is read. A client the log does
 * not know is good: the issuer may be another one than ours.
 */
export function followRights(log: Log, signal: AbortSignal): Rights {
  const disabled = new Set<string>();
  /** By client: milliseconds before which its tokens were issued for other rights or keys. */
  const notBefore = new Map<string, number>();
  let caughtUp = false;

  const apply = (record: Recorded): void => {
    const event = parse(clientEvents, record);
    const { client } = event.data;
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
    notBefore.set(client, Date.parse(record.recordedAt));
  };
  const run = async (): Promise<void> => {
    for await (const batch of log.follow({ after: 0n, prefixes: ['client-'], signal })) {
      batch.records.forEach(apply);
      caughtUp ||= batch.caughtUp;
    }
  };

  return {
    standing(clientId, issuedAt) {
      if (!caughtUp) return 'unknown-yet';
      if (disabled.has(clientId)) return 'withdrawn';
      const since = notBefore.get(clientId);
      // `iat` has no fractions: a token of the very second of the change may be from before it.
      return since === undefined || issuedAt * 1000 >= since ? 'good' : 'withdrawn';
    },
    hasCaughtUp: () => caughtUp,
    done: run(),
  };
}
