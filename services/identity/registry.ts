import { associationEvents } from '@relais/contracts/associations';
import { ClientId, clientEvents } from '@relais/contracts/identity';
import type { AssociationId } from '@relais/contracts/ids';
import type { Aggregate } from '@relais/event-log/aggregate';
import type { Log } from '@relais/event-log/log';
import { type EventContract, parse } from '@relais/event-log/parse';
import { rightsSecond } from '@relais/http/rights';
import { type Association, associationAggregate } from './associations/decide.ts';
import { type Client, clientAggregate, type Standing } from './clients/decide.ts';

/** A state and the second from which on tokens carry it (rights.ts); undefined when there is none. */
export type Read<State> = { readonly state: State; readonly since: number | undefined };

/**
 * Rights as they are this very moment: folded from the log, not from rows that lag. A token is only issued, and a right
 * only given, on what these say.
 */
export const readClient = (log: Log, id: ClientId): Promise<Read<Client>> =>
  fold(log, clientAggregate, clientEvents, id);

export const readAssociation = (log: Log, id: AssociationId): Promise<Read<Association>> =>
  fold(log, associationAggregate, associationEvents, id);

/** Where an association stands: what the rules about its clients need. */
export async function readStanding(log: Log, id: AssociationId): Promise<Standing> {
  const { state } = await readAssociation(log, id);
  if (state.state === 'absent') return 'unknown';
  if (state.state === 'left') return 'left';
  return state.carrier ? 'carrier' : 'member';
}

/** The client when it may have a token now: enabled, and its association a member. */
export async function findEnabledClient(
  log: Log,
  id: string,
): Promise<(Read<Exclude<Client, { state: 'absent' }>> & { since: number }) | undefined> {
  const parsed = ClientId.safeParse(id);
  if (!parsed.success || parsed.data !== id.toLowerCase()) return undefined;
  const { state, since } = await readClient(log, parsed.data);
  if (state.state !== 'enabled' || since === undefined) return undefined;
  const standing = await readStanding(log, state.association);
  return standing === 'member' || standing === 'carrier' ? { state, since } : undefined;
}

async function fold<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  log: Log,
  aggregate: Aggregate<Command, State, Event, Refusal>,
  contract: EventContract<Event>,
  id: string,
): Promise<Read<State>> {
  let state = aggregate.initial;
  let since: number | undefined;
  for await (const record of log.read(`${aggregate.category}-${id}`)) {
    state = aggregate.evolve(state, parse(contract, record));
    since = rightsSecond(since, record.recordedAt);
  }
  return { state, since };
}
