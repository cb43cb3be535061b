/** Given, when, then, for the tests of pure rules. */

import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { actorOf } from '@relais/contracts/actors';
import type { EventContract } from '@relais/contracts/event-contract';
import type { Aggregate } from '@relais/event-log/aggregate';

type AnyEvent = { readonly type: string; readonly data: unknown };

/** Somebody of that association. */
export const clientOf = (
  association: string,
  role: 'partner' | 'coordinator' | 'auditor' = 'partner',
  remit: readonly string[] = [],
): Actor => actorOf({ clientId: randomUUID(), association, role, remit });

/** `after`: the state that these commands leave, refused ones aside; `outcome`: the types of the events, or the code of the refusal. */
export function deciding<Command, State, Event extends AnyEvent>(
  { decide, evolve, initial }: Aggregate<Command, State, Event, { readonly code: string }>,
  { schemas }: EventContract<Event>,
) {
  const eventsOf = (command: Command, state: State): readonly Event[] => {
    const decision = decide(command, state);
    if (!decision.accepted) return [];
    for (const { type, data } of decision.events) {
      schemas[type as keyof typeof schemas]?.parse(data);
    }
    return decision.events;
  };
  return {
    eventsOf,
    after: (...commands: readonly Command[]): State =>
      commands.reduce<State>(
        (state, command) => eventsOf(command, state).reduce(evolve, state),
        initial,
      ),
    outcome(command: Command, state: State): string | readonly string[] {
      const decision = decide(command, state);
      if (!decision.accepted) return decision.refusal.code;
      return eventsOf(command, state).map(({ type }) => type);
    },
  };
}
