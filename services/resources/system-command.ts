import type { Metadata } from '@relais/contracts/metadata';
import { derivedId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Log, Recorded } from '@relais/event-log/log';
import { type CommandContext, type Outcome, submit } from '@relais/event-log/submit';
import type { Timer } from '@relais/event-log/timer-rows';
import { traceContext } from '@relais/telemetry/tracing';
import type { Target } from './action-routes.ts';
import type { Desk } from './desk.ts';

/** Why the platform does something: told by the events, and part of the ids of their commands. */
export type Cause = {
  /** Never to be renamed: the ids derive from it. */
  readonly reaction: string;
  readonly eventId: string;
  readonly correlationId: Metadata['correlationId'];
  readonly association: string | null;
  readonly occurredAt: string;
};

/** The event as the cause of what `reaction` does: it happens when the event does, on its author's account. */
export const causeOf = (reaction: string, { id, metadata, recordedAt }: Recorded): Cause => ({
  reaction,
  eventId: id,
  correlationId: metadata.correlationId,
  association: metadata.association,
  occurredAt: recordedAt,
});

/** What fires acts because of the event that set it. */
export const timerCause = (
  reaction: string,
  { setBy, data }: Timer,
  occurredAt: string,
): Cause => ({
  reaction,
  eventId: setBy,
  correlationId: (data as { readonly correlationId: string }).correlationId,
  association: null,
  occurredAt,
});

/** Id of the command with which a cause changes a stream: the same however often it is tried. */
export const commandIdOf = (
  { reaction, eventId }: Pick<Cause, 'reaction' | 'eventId'>,
  stream: string,
  type: string,
): string => derivedId('reaction', reaction, eventId, stream, type);

/** What the events of a command of the platform tell of it. */
export const platformContext = (
  { reaction, eventId, correlationId, association, occurredAt }: Cause,
  commandId: string,
): CommandContext => ({
  actor: `system:${reaction}`,
  causationId: eventId,
  ...{ association, correlationId, occurredAt, commandId },
  ...traceContext(),
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
  log: Log,
  cause: Cause,
  { aggregate, contract, id }: Target<Command, State, Event> & { readonly id: string },
  command: Command,
  {
    commandId = commandIdOf(cause, `${aggregate.category}-${id}`, command.type),
    expected,
  }: { readonly commandId?: string | undefined; readonly expected?: bigint | undefined } = {},
): Promise<Outcome<State, { readonly code: string }>> {
  const context = platformContext(cause, commandId);
  const outcome = await submit(command, { log, aggregate, contract, id, context, expected });
  if (outcome.outcome === 'contended')
    throw new TryAgain(`others write to ${aggregate.category}-${id}`);
  return outcome;
}
