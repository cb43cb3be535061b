import type { Metadata } from '@relais/contracts/metadata';
import { derivedId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Recorded } from '@relais/event-log/log';
import { submit } from '@relais/event-log/submit';
import type { Timer } from '@relais/event-log/timer-rows';
import { traceContext } from '@relais/telemetry/tracing';
import type { Target } from './action-routes.ts';
import type { Desk } from './desk.ts';

/** Why the platform does something: part of the ids of its commands, and told by their events. */
export type Cause = {
  /** Never to be renamed: the ids derive from it. */
  readonly reaction: string;
  readonly eventId: string;
  readonly correlationId: Metadata['correlationId'];
};

/** The event as the cause of what `reaction` does. */
export const causeOf = (reaction: string, { id, metadata }: Recorded): Cause => ({
  reaction,
  eventId: id,
  correlationId: metadata.correlationId,
});

/** What fires acts because of the event that set it. */
export const timerCause = (reaction: string, { setBy, data }: Timer): Cause => ({
  reaction,
  eventId: setBy,
  correlationId: (data as { readonly correlationId: string }).correlationId,
});

/** The clock, but never before the date itself: a clock set back in between must not lose what was due. */
export const dueNow = ({ now }: Pick<Desk, 'now'>, { dueAt }: Timer): string =>
  new Date(Math.max(now().getTime(), Date.parse(dueAt))).toISOString();

/**
 * Submits a command of the platform. A refusal is an answer too: somebody was faster, or it is not called for any
 * more. Throws TryAgain after lost races.
 */
export async function submitAs<
  Command extends { readonly type: string },
  State,
  Event extends { type: string; data: unknown },
>(
  { log, now }: Pick<Desk, 'log' | 'now'>,
  { reaction, eventId, correlationId }: Cause,
  { aggregate, contract, id }: Target<Command, State, Event> & { readonly id: string },
  command: Command,
  commandId?: string,
): Promise<void> {
  const stream = `${aggregate.category}-${id}`;
  const { outcome } = await submit(command, {
    ...{ log, aggregate, contract, id },
    context: {
      actor: `system:${reaction}`,
      association: null,
      correlationId,
      causationId: eventId,
      commandId: commandId ?? derivedId('reaction', reaction, eventId, stream, command.type),
      occurredAt: now().toISOString(),
      ...traceContext(),
    },
  });
  if (outcome === 'contended') throw new TryAgain(`others write to ${stream}`);
}
