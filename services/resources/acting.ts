/** Tables of actions: who may do what in which state. They drive the rules and the API's allowedActions. */
import type { Actor } from '@relais/contracts/actors';
import type { SealedIn } from '@relais/contracts/personal';
import { clockSkewMs } from '@relais/contracts/values';
import type { ZodType, z } from 'zod';

/**
 * A command as the rules get it: the parsed body with every personal value sealed, and everything else the decision
 * depends on as data: who asks, the clock, and facts of other streams.
 */
export type Command<Type extends string, Body extends ZodType, Facts = null> = {
  readonly type: Type;
  readonly actor: Actor;
  readonly now: string;
  readonly body: SealedIn<z.output<Body>>;
  readonly facts: Facts;
};

export type ActionTable<Action extends string, State extends string, Relation extends string> = {
  readonly [Of in Action]: {
    readonly from: readonly State[];
    readonly who: readonly Relation[];
  };
};

/** Refused before anything is looked at. Who stands in no relation to it does not learn that it exists. */
export type ActionRefusal = 'not-found' | 'not-your-part' | 'wrong-state' | 'occurred-in-future';

/** Why somebody who is all of this to a thing in this state may not do it; undefined for who may. */
export function actionRefusal<Action extends string, State extends string, Relation extends string>(
  table: ActionTable<Action, State, Relation>,
  action: Action,
  state: State,
  is: readonly Relation[],
): Exclude<ActionRefusal, 'occurred-in-future'> | undefined {
  if (is.length === 0) return 'not-found';
  const { from, who } = table[action];
  if (!is.some((relation) => who.includes(relation))) return 'not-your-part';
  return from.includes(state) ? undefined : 'wrong-state';
}

/** What somebody who is all of this may do now. */
export const actionsFor = <Action extends string, State extends string, Relation extends string>(
  table: ActionTable<Action, State, Relation>,
  state: State,
  is: readonly Relation[],
): Action[] =>
  (Object.keys(table) as Action[]).filter(
    (action) => actionRefusal(table, action, state, is) === undefined,
  );

/** Whether it is said to have happened later than our clock, beyond what clocks may differ. */
export const isInFuture = ({
  now,
  body,
}: {
  readonly now: string;
  readonly body: { readonly occurredAt?: string | undefined };
}): boolean =>
  body.occurredAt !== undefined && Date.parse(body.occurredAt) > Date.parse(now) + clockSkewMs;
