import { TryAgain } from '@relais/event-log/infrastructure-error';
import { ContentMismatch, type Log } from '@relais/event-log/log';
import type { Outcome } from '@relais/event-log/submit';
import { type Cause, commandIdOf, platformContext } from '../system-command.ts';
import type { PoolCommand, PoolRefusal } from './commands.ts';
import type { PoolDesk } from './pool-desk.ts';
import type { Pool } from './state.ts';

/** What reactions and timers of places, stays and waiting lists are made of. */
export type Reacting = {
  readonly log: Log;
  readonly pools: PoolDesk;
  readonly now: () => Date;
};

/**
 * A command on a pool. A refusal is an answer as well: its places were never counted, or somebody was faster.
 * Undefined for what was done so long ago that the pool has forgotten it: it stays as it was. Throws TryAgain.
 */
export async function commandPool(
  { pools }: Pick<Reacting, 'pools'>,
  cause: Cause,
  command: PoolCommand,
  commandId = commandIdOf(cause, `place-pool-${command.offer}`, command.type),
): Promise<Outcome<Pool, PoolRefusal> | undefined> {
  const context = platformContext(cause, commandId);
  const outcome = await pools.carryOut(command, { context }).catch((error: unknown) => {
    if (error instanceof ContentMismatch) return undefined;
    throw error;
  });
  if (outcome?.outcome === 'contended')
    throw new TryAgain(`others write to place-pool-${command.offer}`);
  return outcome;
}
