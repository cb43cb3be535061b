import type { Metadata } from '@relais/contracts/metadata';
import type { Aggregate } from './aggregate.ts';
import { eventId } from './event-id.ts';
import { type Appended, ContentMismatch, type Expected, type Log, type NewEvent } from './log.ts';
import { checkReadable, type EventContract, parse } from './parse.ts';

/** A command reads, decides and appends again this often when other writers win the race. */
export const attemptsMax = 5;

/** What every event of the command carries; the version comes from the event's type. */
export type CommandContext = Omit<Metadata, 'schemaVersion'>;

/** `duplicate`: this command id was carried out before; revision and state are those it led to. */
export type Done<State> = {
  readonly outcome: 'done';
  readonly state: State;
  readonly revision: bigint;
  readonly position: bigint;
  readonly duplicate: boolean;
};

export type Outcome<State, Refusal> =
  | Done<State>
  | {
      readonly outcome: 'refused';
      readonly refusal: Refusal;
      readonly state: State;
      readonly revision: Expected;
    }
  /** The caller asked for another revision than the stream has (RFC 9110 §13.1.1). */
  | { readonly outcome: 'stale'; readonly state: State; readonly revision: Expected }
  /** Lost the race `attemptsMax` times; nothing was appended. */
  | { readonly outcome: 'contended' };

/** The stream of an aggregate, and the rules it is read by. */
export type Target<Command, State, Event extends { type: string; data: unknown }, Refusal> = {
  readonly log: Log;
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly contract: EventContract<Event>;
  readonly id: string;
};

/** A stream folded to its end. */
export type Loaded<State> = {
  readonly state: State;
  readonly revision: Expected;
  readonly position: bigint;
  /** What the command it was loaded for led to, where it was carried out before. */
  readonly done: Done<State> | undefined;
};

export type Submission<
  Command,
  State,
  Event extends { type: string; data: unknown },
  Refusal,
> = Target<Command, State, Event, Refusal> & {
  readonly context: CommandContext;
  /** Revision the caller saw, from If-Match. */
  readonly expected?: Expected | undefined;
  /**
   * Saves the first attempt its reading: the stream as it was just loaded for this command, or `nothing` for a
   * stream that this command begins. Either may be out of date: then it is read after all.
   */
  readonly from?: Loaded<State> | 'nothing' | undefined;
  readonly signal?: AbortSignal;
};

/** Read, decide, append. A lost race reads again and lets the rules decide afresh; a repeated command id appends nothing. */
export async function submit<
  Command,
  State,
  Event extends { type: string; data: unknown },
  Refusal,
>(
  command: Command,
  submission: Submission<Command, State, Event, Refusal>,
): Promise<Outcome<State, Refusal>> {
  const { context, from } = submission;
  if (from === 'nothing') {
    const begun = await begin(command, submission);
    if (begun !== undefined) return begun;
  }
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const given = attempt === 1 && from !== 'nothing' ? from : undefined;
    const loaded = given ?? (await load(submission, context.commandId));
    const outcome = await attemptOn(loaded).catch(doneMeanwhile);
    if (outcome !== undefined) return outcome;
  }
  return { outcome: 'contended' };

  /** Another attempt of this command, which decided on other facts, was faster: its result is the answer. */
  async function doneMeanwhile(error: unknown): Promise<Done<State>> {
    if (!(error instanceof ContentMismatch)) throw error;
    const { done } = await load(submission, context.commandId);
    if (done === undefined) throw error;
    return done;
  }

  /** Undefined when another writer was faster. */
  async function attemptOn(loaded: Loaded<State>): Promise<Outcome<State, Refusal> | undefined> {
    const { aggregate, expected } = submission;
    const { state, revision, position, done } = loaded;
    if (done !== undefined) return done;
    if (expected !== undefined && expected !== revision) {
      return { outcome: 'stale', state, revision };
    }
    const decision = aggregate.decide(command, state);
    if (!decision.accepted) {
      return { outcome: 'refused', refusal: decision.refusal, state, revision };
    }
    const { events } = decision;
    if (events.length === 0) {
      const at = revision === 'none' ? 0n : revision;
      return { outcome: 'done', state, revision: at, position, duplicate: true };
    }
    const result = await append(submission, events, revision);
    return result.appended ? doneBy(result, events.reduce(aggregate.evolve, state)) : undefined;
  }
}

const doneBy = <State>(
  { revision, position, duplicate }: Extract<Appended, { appended: true }>,
  state: State,
): Done<State> => ({ outcome: 'done', state, revision, position, duplicate });

/**
 * Decides and appends as if the stream were not there, without looking. Only a fresh append is an answer; whatever
 * else may have happened (the command is repeated, perhaps on other facts) is for the reading to tell: undefined.
 */
async function begin<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  command: Command,
  submission: Submission<Command, State, Event, Refusal>,
): Promise<Done<State> | undefined> {
  const { initial, decide, evolve } = submission.aggregate;
  const decision = decide(command, initial);
  if (!decision.accepted || decision.events.length === 0) return undefined;
  const result = await append(submission, decision.events, 'none').catch((error: unknown) => {
    if (error instanceof ContentMismatch) return undefined;
    throw error;
  });
  if (!result?.appended || result.duplicate) return undefined;
  return doneBy(result, decision.events.reduce(evolve, initial));
}

async function append<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  { log, aggregate, contract, id, context, signal }: Submission<Command, State, Event, Refusal>,
  events: readonly Event[],
  expected: Expected,
): Promise<Appended> {
  for (const event of events) checkReadable(contract, event);
  return log.append(
    `${aggregate.category}-${id}`,
    events.map((event, index) => stamp(event, index, context)),
    { expected, ...(signal && { signal }) },
  );
}

/** Folds the whole stream, and notices what the command of this id led to where it was carried out before. */
export async function load<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  { log, aggregate, contract, id }: Target<Command, State, Event, Refusal>,
  commandId: string,
): Promise<Loaded<State>> {
  let state = aggregate.initial;
  let revision: Expected = 'none';
  let position = 0n;
  let done: Done<State> | undefined;
  for await (const record of log.read(`${aggregate.category}-${id}`)) {
    state = aggregate.evolve(state, parse(contract, record));
    revision = record.revision;
    position = record.position;
    if (record.metadata.commandId === commandId) {
      done = { outcome: 'done', state, revision, position, duplicate: true };
    }
  }
  return { state, revision, position, done };
}

/** The n-th event of a command, as the log takes it. */
export function stamp(
  event: { type: string; data: unknown },
  index: number,
  context: CommandContext,
): NewEvent {
  const version = /\.v(\d+)$/.exec(event.type)?.[1];
  if (version === undefined) throw new Error(`event type ${event.type} names no version`);
  return {
    id: eventId(context.commandId, index),
    type: event.type,
    data: event.data,
    metadata: { ...context, schemaVersion: Number(version) },
  };
}
