import type { Metadata } from '@relais/contracts/metadata';
import type { Aggregate } from './aggregate.ts';
import { eventId } from './event-id.ts';
import type { Expected, Log, NewEvent } from './log.ts';
import { type EventContract, parse } from './parse.ts';

/** A command reads, decides and appends again this often when other writers win the race. */
export const attemptsMax = 5;

/** What every event of the command carries; the version comes from the event's type. */
export type CommandContext = Omit<Metadata, 'schemaVersion'>;

export type Outcome<State, Refusal> =
  /** `duplicate`: this command id was carried out before; revision and state are those it led to. */
  | {
      readonly outcome: 'done';
      readonly state: State;
      readonly revision: bigint;
      readonly position: bigint;
      readonly duplicate: boolean;
    }
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

export type Submission<Command, State, Event extends { type: string; data: unknown }, Refusal> = {
  readonly log: Log;
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly contract: EventContract<Event>;
  readonly id: string;
  readonly context: CommandContext;
  /** Revision the caller saw, from If-Match. */
  readonly expected?: Expected | undefined;
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
  const { log, aggregate, context, expected } = submission;
  const stream = `${aggregate.category}-${submission.id}`;
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const loaded = await load(submission, stream);
    if (loaded.done !== undefined) return loaded.done;
    const { state, revision, position } = loaded;
    if (expected !== undefined && expected !== revision) {
      return { outcome: 'stale', state, revision };
    }
    const decision = aggregate.decide(command, state);
    if (!decision.accepted) {
      return { outcome: 'refused', refusal: decision.refusal, state, revision };
    }
    if (decision.events.length === 0 && revision !== 'none') {
      return { outcome: 'done', state, revision, position, duplicate: true };
    }
    const result = await log.append(
      stream,
      decision.events.map((event, index) => stamp(event, index, context)),
      { expected: revision, ...(submission.signal && { signal: submission.signal }) },
    );
    if (result.appended) {
      return {
        outcome: 'done',
        state: decision.events.reduce(aggregate.evolve, state),
        revision: result.revision,
        position: result.position,
        duplicate: result.duplicate,
      };
    }
  }
  return { outcome: 'contended' };
}

type Loaded<State> =
  | { readonly done: Extract<Outcome<State, never>, { outcome: 'done' }> }
  | { readonly done?: never; state: State; revision: Expected; position: bigint };

/** Folds the stream; stops after the last event of this very command where it was carried out before. */
async function load<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  { log, aggregate, contract, context }: Submission<Command, State, Event, Refusal>,
  stream: string,
): Promise<Loaded<State>> {
  let state = aggregate.initial;
  let revision: Expected = 'none';
  let position = 0n;
  let mine = false;
  for await (const record of log.read(stream)) {
    const same = record.metadata.commandId === context.commandId;
    if (mine && !same) break;
    mine = same;
    state = aggregate.evolve(state, parse(contract, record));
    revision = record.revision;
    position = record.position;
  }
  if (mine && revision !== 'none') {
    return { done: { outcome: 'done', state, revision, position, duplicate: true } };
  }
  return { state, revision, position };
}

function stamp(
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
