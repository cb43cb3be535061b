import { caseContract } from '@relais/contracts/case-events';
import { handoverContract } from '@relais/contracts/handovers';
import type { CaseId, HandoverId, MergeId, ReferralId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import { referralContract } from '@relais/contracts/referral-events';
import type { Aggregate } from '@relais/event-log/aggregate';
import { derivedId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Recorded } from '@relais/event-log/log';
import type { EventContract } from '@relais/event-log/parse';
import { schemaOf } from '@relais/event-log/projection';
import { type Outcome, submit } from '@relais/event-log/submit';
import type { Positions } from '@relais/event-log/wait-for';
import { traceContext } from '@relais/telemetry/tracing';
import { caseFile } from '../cases/decide.ts';
import type { Commanding } from '../commanding.ts';
import { handovers } from '../handovers/decide.ts';
import { merges } from '../merges/decide.ts';
import { referralsProjection } from '../project.ts';
import { referrals } from '../referrals/decide.ts';

/** What every reaction needs; `rows` are read only after `rowsUpTo`. */
export type Reacting = Commanding & { readonly positions: Positions };

/** Why the platform does something: part of the ids of its commands, and told by their events. */
export type Cause = {
  /** Never to be renamed: the ids derive from it. */
  readonly reaction: string;
  readonly eventId: string;
  readonly correlationId: string;
  readonly purpose?: string | undefined;
};

/** The event as the cause of what `reaction` does. */
export const causeOf = (reaction: string, { id, metadata }: Recorded): Cause => ({
  reaction,
  eventId: id,
  correlationId: metadata.correlationId,
  purpose: metadata.purpose,
});

/** The name of the read model's checkpoint. */
export const rowsConsumer: string = schemaOf(referralsProjection);
const rowsWaitMs = 5_000;

/** Whether the rows hold everything up to `position`, after a while. */
export const rowsReach = ({ positions }: Reacting, position: bigint): Promise<boolean> =>
  positions.waitFor(rowsConsumer, position, rowsWaitMs);

/** Resolves once the rows hold everything up to `position`. Throws TryAgain when that takes long. */
export async function rowsUpTo(desk: Reacting, position: bigint): Promise<void> {
  if (await rowsReach(desk, position)) return;
  throw new TryAgain(`${rowsConsumer} has not reached ${position} yet`);
}

type Target<Command, State, Event extends { type: string; data: unknown }, Refusal> = {
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly contract: EventContract<Event>;
  readonly id: string;
};

/** Id of the command of this type with which a cause changes a stream: the same however often it is tried. */
export const systemCommandId = ({ reaction, eventId }: Cause, stream: string, type: string) =>
  derivedId('reaction', reaction, eventId, stream, type);

/**
 * Submits a command of the platform. A refusal is an answer too: somebody was faster, or it is not called for any
 * more. It happened when it was carried out, however long ago its cause may have occurred. Throws TryAgain after
 * lost races.
 */
export async function submitAs<
  Command extends { readonly type: string },
  State,
  Event extends { type: string; data: unknown },
  Refusal,
>(
  { log, now }: Pick<Reacting, 'log' | 'now'>,
  cause: Cause,
  target: Target<Command, State, Event, Refusal>,
  command: Command,
  { commandId, expected }: { readonly commandId?: string; readonly expected?: bigint } = {},
): Promise<Outcome<State, Refusal>> {
  const stream = `${target.aggregate.category}-${target.id}`;
  const { reaction, eventId, correlationId, purpose } = cause;
  const outcome = await submit(command, {
    log,
    ...target,
    expected,
    context: {
      actor: `system:${reaction}`,
      association: null,
      ...(purpose !== undefined && { purpose }),
      correlationId,
      causationId: eventId,
      commandId: commandId ?? systemCommandId(cause, stream, command.type),
      occurredAt: now().toISOString(),
      ...traceContext(),
    },
  });
  if (outcome.outcome === 'contended') throw new TryAgain(`others write to ${stream}`);
  return outcome;
}

export const referralTarget = (id: ReferralId) =>
  ({ aggregate: referrals, contract: referralContract, id }) as const;
export const caseTarget = (id: CaseId) =>
  ({ aggregate: caseFile, contract: caseContract, id }) as const;
export const handoverTarget = (id: HandoverId) =>
  ({ aggregate: handovers, contract: handoverContract, id }) as const;
export const mergeTarget = (id: MergeId) =>
  ({ aggregate: merges, contract: mergeContract, id }) as const;
