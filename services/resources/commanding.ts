import type { Aggregate } from '@relais/event-log/aggregate';
import type { EventContract } from '@relais/event-log/parse';
import { type Loaded, type Outcome, submit } from '@relais/event-log/submit';
import type { Command } from '@relais/http/app-options';
import type { Desk } from './desk.ts';

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
  { command: given }: { readonly command: Command },
  command: Asked,
  from?: Loaded<State> | 'nothing',
): Promise<Outcome<State, Refusal>> =>
  submit(command, {
    log,
    ...target,
    context: given.context,
    expected: given.expected,
    from,
  });
