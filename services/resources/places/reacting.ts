import type { Aggregate } from '@relais/event-log/aggregate';
import { derivedId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import { ContentMismatch, type Log, type Recorded } from '@relais/event-log/log';
import type { EventContract } from '@relais/event-log/parse';
import { type CommandContext, type Outcome, submit } from '@relais/event-log/submit';
import type { Timer } from '@relais/event-log/timer-rows';
import { traceContext } from '@relais/telemetry/tracing';
import type { PoolCommand, PoolRefusal } from './commands.ts';
import type { PoolDesk } from './pool-desk.ts';
import type { Pool } from './state.ts';

/** What reactions and timers of places, stays and waiting lists are made of. */
export type Reacting = {
  readonly log: Log;
  readonly pools: PoolDesk;
  readonly now: () => Date;
};

/** Why the platform does something: told by the events, and part of the ids of their commands. */
export type Cause = {
  readonly actor: string;
  readonly eventId: string;
  readonly correlationId: string;
  readonly association: string | null;
  readonly occurredAt: string;
  /** From the type of a command and the stream it is for; the same however often it is tried. */
  readonly commandId: (stream: string, type: string) => string;
};

/** The event as the cause of what the reaction of this name does. */
export const causeOf = (reaction: string, { id, metadata, recordedAt }: Recorded): Cause => ({
  actor: `system:${reaction}`,
  eventId: id,
  correlationId: metadata.correlationId,
  association: metadata.association,
  occurredAt: recordedAt,
  commandId: (stream, type) => derivedId('reaction', reaction, id, stream, type),
});

/** What fires acts because of the event that set it. Its command's id comes with it. */
export function timerCause(
  timers: string,
  { setBy, dueAt, data }: Timer,
): Omit<Cause, 'commandId'> {
  const { correlationId } = data as { readonly correlationId: string };
  return {
    actor: `system:${timers}`,
    eventId: setBy,
    correlationId,
    association: null,
    occurredAt: dueAt,
  };
}

function contextOf(cause: Cause, stream: string, type: string): CommandContext {
  const { actor, association, correlationId, eventId, occurredAt } = cause;
  return {
    ...{ actor, association, correlationId, occurredAt, causationId: eventId },
    commandId: cause.commandId(stream, type),
    ...traceContext(),
  };
}

/**
 * A command on a pool. A refusal is an answer as well: its places were never counted, or somebody was faster.
 * Undefined for what was done so long ago that the pool has forgotten it: it stays as it was. Throws TryAgain.
 */
export async function commandPool(
  { pools }: Pick<Reacting, 'pools'>,
  cause: Cause,
  command: PoolCommand,
): Promise<Outcome<Pool, PoolRefusal> | undefined> {
  const stream = `place-pool-${command.offer}`;
  const context = contextOf(cause, stream, command.type);
  const outcome = await pools.carryOut(command, { context }).catch((error: unknown) => {
    if (error instanceof ContentMismatch) return undefined;
    throw error;
  });
  if (outcome?.outcome === 'contended') throw new TryAgain(`others write to ${stream}`);
  return outcome;
}

/** A command on another stream of this service; refusals are answers. Throws TryAgain. */
export async function command<
  Command extends { readonly type: string },
  State,
  Event extends { type: string; data: unknown },
  Refusal,
>(
  log: Log,
  cause: Cause,
  target: {
    readonly aggregate: Aggregate<Command, State, Event, Refusal>;
    readonly contract: EventContract<Event>;
    readonly id: string;
  },
  asked: Command,
): Promise<void> {
  const stream = `${target.aggregate.category}-${target.id}`;
  const context = contextOf(cause, stream, asked.type);
  const { outcome } = await submit(asked, { log, ...target, context });
  if (outcome === 'contended') throw new TryAgain(`others write to ${stream}`);
}

/** The UUID in the name of the record's stream. */
export const streamId = ({ stream }: Pick<Recorded, 'stream'>): string => stream.slice(-36);
