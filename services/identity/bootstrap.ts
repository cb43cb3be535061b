import { type AssociationProfile, associationEvents } from '@relais/contracts/associations';
import { type ClientId, clientEvents, type PublicKey } from '@relais/contracts/identity';
import type { AssociationId } from '@relais/contracts/ids';
import type { Aggregate } from '@relais/event-log/aggregate';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import type { EventContract } from '@relais/event-log/parse';
import { submit } from '@relais/event-log/submit';
import { associationAggregate } from './associations/decide.ts';
import { clientAggregate, type Registration } from './clients/decide.ts';
import { readStanding } from './registry.ts';

/** A local command was refused; the message is the refusal's code. */
export class LocallyRefused extends Error {
  override readonly name = 'LocallyRefused';
}

/**
 * Registers the association that carries the platform, and its first administrator. Only who can write to the log can do this:
 * there is no route for it. Safe to repeat. Throws LocallyRefused.
 */
export async function registerCarrier(
  log: Log,
  carrier: {
    readonly association: AssociationId;
    readonly profile: AssociationProfile;
    readonly administrator: ClientId;
    readonly label: string;
    readonly keys: readonly PublicKey[];
    readonly now: Date;
  },
): Promise<void> {
  const { association, profile, administrator, label, keys, now } = carrier;
  await registerAssociation(log, { association, profile, carrier: true, now });
  const rights = { role: 'administrator', remit: [] } as const;
  await registerClient(log, { client: administrator, association, label, keys, ...rights }, now);
}

/** Registers an association without going through REST, as a data loader on the same machine may. Safe to repeat. */
export async function registerAssociation(
  log: Log,
  given: {
    readonly association: AssociationId;
    readonly profile: AssociationProfile;
    readonly carrier?: boolean;
    readonly now: Date;
  },
): Promise<void> {
  const { association, profile, carrier = false, now } = given;
  await carryOut(
    { log, aggregate: associationAggregate, contract: associationEvents, id: association, now },
    { type: 'register', association, profile, carrier },
  );
}

/** Registers a client without going through REST. Safe to repeat with the same keys. */
export async function registerClient(
  log: Log,
  registration: Registration,
  now: Date,
): Promise<void> {
  const standing = await readStanding(log, registration.association);
  await carryOut(
    {
      log,
      aggregate: clientAggregate,
      contract: clientEvents,
      id: registration.client,
      now,
      // With other keys it is another command: the rules refuse it instead of passing it for a repetition.
      parts: registration.keys.map(({ kid }) => kid),
    },
    { type: 'register', registration, standing },
  );
}

async function carryOut<
  Command extends { readonly type: string },
  State,
  Event extends { type: string; data: unknown },
  Refusal extends { readonly code: string },
>(
  target: {
    readonly log: Log;
    readonly aggregate: Aggregate<Command, State, Event, Refusal>;
    readonly contract: EventContract<Event>;
    readonly id: string;
    readonly now: Date;
    readonly parts?: readonly string[];
  },
  command: Command,
): Promise<void> {
  const { log, aggregate, contract, id, now, parts = [] } = target;
  const commandId = derivedId('local', aggregate.category, id, command.type, ...parts);
  const outcome = await submit(command, {
    log,
    aggregate,
    contract,
    id,
    context: {
      actor: 'system:local-command',
      association: null,
      correlationId: commandId,
      causationId: commandId,
      commandId,
      occurredAt: now.toISOString(),
    },
  });
  if (outcome.outcome === 'refused') throw new LocallyRefused(outcome.refusal.code);
  if (outcome.outcome !== 'done') throw new Error(`${id} is ${outcome.outcome}`);
}
