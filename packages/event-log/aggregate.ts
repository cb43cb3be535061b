/** A rule book for one kind of stream. Everything in it is pure: no clock, no I/O, no randomness. */
export type Aggregate<Command, State, Event, Refusal> = {
  /** Streams are named `<category>-<uuid>`. */
  readonly category: string;
  readonly initial: State;
  readonly decide: (command: Command, state: State) => Decision<Event, Refusal>;
  readonly evolve: (state: State, event: Event) => State;
};

/** Accepting without events means "already so", which makes every command safe to retry. */
export type Decision<Event, Refusal> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly refusal: Refusal };

export const accept = <Event>(...events: readonly Event[]): Decision<Event, never> => ({
  accepted: true,
  events,
});

export const refuse = <Refusal>(refusal: Refusal): Decision<never, Refusal> => ({
  accepted: false,
  refusal,
});
