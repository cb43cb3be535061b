import type { Actor } from '@relais/contracts/actors';
import type { SealedIn } from '@relais/contracts/personal';
import { clockSkewMs } from '@relais/contracts/values';
import type { ZodType, z } from 'zod';

/**
 * A command as the rules get it: the parsed body with every personal value sealed, and everything else the
 * decision depends on as data: who asks, the clock, and facts loaded from other streams.
 */
export type Command<Type extends string, Body extends ZodType, Facts> = {
  readonly type: Type;
  readonly actor: Actor;
  readonly now: string;
  readonly body: SealedIn<z.output<Body>>;
  readonly facts: Facts;
};

/** Whether it is said to have happened later than our clock, beyond what clocks may differ. */
export const isInFuture = (command: {
  readonly now: string;
  readonly body: { readonly occurredAt?: string | undefined };
}): boolean =>
  command.body.occurredAt !== undefined &&
  Date.parse(command.body.occurredAt) > Date.parse(command.now) + clockSkewMs;
