import { setTimeout as wait } from 'node:timers/promises';
import { associationEvents } from '@relais/contracts/associations';
import { type ClientId, clientEvents } from '@relais/contracts/identity';
import { derivedId } from '@relais/event-log/event-id';
import { type Log, LogUnavailable, type Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { submit } from '@relais/event-log/submit';
import { clientAggregate } from './clients/decide.ts';

const retryMs = 500;
const actor = 'system:association-left';

/**
 * Disables the clients of an association that left, so that every service refuses the tokens they still hold; one that was
 * registered in the same instant too. It keeps no checkpoint: clients and leavers are few, what was done already is
 * recognised by its command id, and any number of processes may do it at once. Resolves when `signal` aborts.
 */
export async function disableClientsOfLeavers(log: Log, signal: AbortSignal): Promise<void> {
  const members: Members = { clientsOf: new Map(), leftBy: new Map() };
  const prefixes = ['association-', 'client-'];
  for await (const batch of log.follow({ after: 0n, prefixes, signal })) {
    for (const record of batch.records) {
      for (const { client, left } of toDisable(members, record)) {
        await disable(log, client, left, signal);
      }
    }
  }
}

type Members = {
  readonly clientsOf: Map<string, ClientId[]>;
  /** By association: the event of its leaving. */
  readonly leftBy: Map<string, Recorded>;
};

/** Remembers what the event tells, and gives the clients to disable because of it. */
function toDisable(
  { clientsOf, leftBy }: Members,
  record: Recorded,
): { readonly client: ClientId; readonly left: Recorded }[] {
  if (record.type === 'association-left.v1') {
    const { association } = parse(associationEvents, record).data;
    leftBy.set(association, record);
    return (clientsOf.get(association) ?? []).map((client) => ({ client, left: record }));
  }
  if (!record.stream.startsWith('client-')) return [];
  const event = parse(clientEvents, record);
  if (event.type !== 'client-registered.v1') return [];
  const { client, association } = event.data;
  clientsOf.set(association, [...(clientsOf.get(association) ?? []), client]);
  const left = leftBy.get(association);
  return left === undefined ? [] : [{ client, left }];
}

/** Until it is done: the log may be away for a while. */
async function disable(
  log: Log,
  client: ClientId,
  left: Recorded,
  signal: AbortSignal,
): Promise<void> {
  const { correlationId, occurredAt } = left.metadata;
  const commandId = derivedId('association-left', left.id, client);
  while (!signal.aborted) {
    try {
      const outcome = await submit(
        { type: 'disable', reason: 'association-left', actor },
        {
          log,
          aggregate: clientAggregate,
          contract: clientEvents,
          id: client,
          context: {
            actor,
            association: null,
            correlationId,
            causationId: left.id,
            commandId,
            occurredAt,
          },
        },
      );
      if (outcome.outcome !== 'contended') return;
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
    await wait(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
