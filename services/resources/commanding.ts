import type { Aggregate } from '@relais/event-log/aggregate';
import type { EventContract } from '@relais/event-log/parse';
import { type CommandContext, type Loaded, type Outcome, submit } from '@relais/event-log/submit';
import type { Command } from '@relais/http/app-options';
import { contextAt } from '@relais/http/command';
import type { Desk } from './desk.ts';

/** A request that asks for something to be done. */
export type Commanding = { readonly command: Command; readonly body?: unknown };

/** The context of what a request asks for: it happened when the body says so, else now. */
export function requestContext({ command, body }: Commanding): CommandContext {
  const { occurredAt } = (body ?? {}) as { readonly occurredAt?: string };
  return contextAt(command, occurredAt);
}

type Target<Command, State, Event extends { type: string; data: unknown }, Refusal> = {
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly contract: EventContract<Event>;
  readonly id: string;
};

/** Submits what a request asks for, at the revision that it names. */
export const carryOut = <
  Asked,
  State,
  Event extends { type: string; data: unknown },
  Refusal extends { readonly code: string },
>(
  { log }: Pick<Desk, 'log'>,
  target: Target<Asked, State, Event, Refusal>,
  request: Commanding,
  command: Asked,
  from?: Loaded<State> | 'nothing',
): Promise<Outcome<State, Refusal>> =>
  submit(command, {
    log,
    ...target,
    context: requestContext(request),
    expected: request.command.expected,
    from,
  });
