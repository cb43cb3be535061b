import { type Actor, actorOf } from '@relais/contracts/actors';
import type { Aggregate } from '@relais/event-log/aggregate';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import type { EventContract } from '@relais/event-log/parse';
import { type Loaded, load, type Outcome, submit } from '@relais/event-log/submit';
import type { Command as HttpCommand } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { contextAt } from '@relais/http/command';
import type { Sql } from '@relais/postgres/database';
import type { Vault } from '@relais/vault/vault';

/** What every route that changes something needs. */
export type Commanding = {
  readonly log: Log;
  /** The rows of the read model, for what no single stream tells. */
  readonly rows: Sql;
  readonly vault: Vault;
  readonly now: () => Date;
};

/** The part of a request that a command is made from. */
export type CommandRequest = { readonly caller: Caller; readonly command: HttpCommand };

/** A refusal as the aggregates of this service give it. */
type AnyRefusal = { readonly code: string };

type Target<Command, State, Event extends { type: string; data: unknown }, Refusal> = {
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly contract: EventContract<Event>;
  readonly id: string;
};

/** What a command of a request will be decided on: for what has to be known of it before. */
export const loadFor = <
  Command,
  State,
  Event extends { type: string; data: unknown },
  Refusal extends AnyRefusal,
>(
  { log }: Pick<Commanding, 'log'>,
  target: Target<Command, State, Event, Refusal>,
  { command }: Pick<CommandRequest, 'command'>,
): Promise<Loaded<State>> => load({ log, ...target }, command.id);

/**
 * Submits a command of a request; `occurredAt` of the body goes to the metadata of its events. `from` saves reading
 * what is known already: see `Submission`.
 */
export function carryOut<
  Command,
  State,
  Event extends { type: string; data: unknown },
  Refusal extends AnyRefusal,
>(
  { log }: Pick<Commanding, 'log'>,
  target: Target<Command, State, Event, Refusal>,
  { command: given }: CommandRequest,
  command: Command & { readonly body: { readonly occurredAt?: string | undefined } },
  from?: Loaded<State> | 'nothing',
): Promise<Outcome<State, Refusal>> {
  return submit(command, {
    log,
    ...target,
    context: contextAt(given, command.body.occurredAt),
    expected: given.expected,
    from,
  });
}

/** What every command of a request starts from. */
export const commandBase = (
  { now }: Pick<Commanding, 'now'>,
  { caller }: Pick<CommandRequest, 'caller'>,
): { readonly actor: Actor; readonly now: string } => ({
  actor: actorOf(caller),
  now: now().toISOString(),
});

/** The n-th id a command gives away: the same when it is retried. */
export const newId = (request: Pick<CommandRequest, 'command'>, kind: string, index = 0): string =>
  derivedId(kind, request.command.id, index);

/** `requestInfo` as it stands in a path. */
export const kebab = (action: string): string =>
  action.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
