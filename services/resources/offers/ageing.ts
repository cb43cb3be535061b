import { freshnessPolicy } from '@relais/contracts/freshness';
import { OfferId } from '@relais/contracts/ids';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { streamId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import type { Desk } from '../desk.ts';
import { dueNow, submitAs, timerCause } from '../system-command.ts';
import { type OfferCommand, offerAggregate } from './decide.ts';

/** Names the checkpoint, and is part of the ids of its commands. */
export const ageingTimers = 'resources-ageing';
export const ageingPrefixes = ['offer-'];

type Step = Extract<OfferCommand, { type: 'ask-confirmation' | 'grow-stale' }>;
type Data = { readonly step: Step; readonly correlationId: string };

const dayMs = 24 * 3_600_000;
const steps: readonly { readonly step: Step; readonly afterDays: number }[] = [
  ...freshnessPolicy.remindAfterDays.map((afterDays, index) => ({
    step: { type: 'ask-confirmation', reminder: index + 1 } as const,
    afterDays,
  })),
  { step: { type: 'grow-stale' }, afterDays: freshnessPolicy.staleAfterDays },
];

/** Reminders and staleness count from the day when somebody last said that the offer is true. */
export function planAgeing(record: Recorded): readonly TimerChange[] {
  const event = parse(offerContract, record);
  if (event.type === 'offer-withdrawn.v1') return [{ cancelStream: true }];
  if (!isSaid(event)) return [];
  if ('source' in event.data && event.data.source !== null) return [{ cancelStream: true }];
  const { correlationId } = record.metadata;
  const from = Date.parse(record.recordedAt);
  return steps.map(({ step, afterDays }) => ({
    set: `${record.stream} ${step.type === 'grow-stale' ? 'stale' : `reminder-${step.reminder}`}`,
    dueAt: new Date(from + afterDays * dayMs).toISOString(),
    data: { step, correlationId } satisfies Data,
  }));
}

const isSaid = ({ type }: OfferEvent): boolean =>
  type === 'offer-published.v2' || type === 'offer-changed.v1' || type === 'offer-confirmed.v1';

/** Takes the step, unless somebody said meanwhile that the offer is true. Throws TryAgain after a lost race. */
export async function fireAgeing(
  desk: Pick<Desk, 'log' | 'now'>,
  timer: Timer,
  commandId: string,
): Promise<void> {
  const { log } = desk;
  const { stream, setBy, data } = timer;
  const { saidBy, revision } = await lastSaid(log, stream);
  if (saidBy !== setBy) return;
  const cause = timerCause(ageingTimers, timer, dueNow(desk, timer));
  const id = OfferId.parse(streamId(timer));
  const target = { aggregate: offerAggregate, contract: offerContract, id };
  const { step } = data as Data;
  const { outcome } = await submitAs(log, cause, target, step, { commandId, expected: revision });
  if (outcome === 'stale') throw new TryAgain(`others write to ${stream}`);
}

/** The event by which somebody last said that the offer is true, and where its stream ends. */
async function lastSaid(log: Pick<Log, 'read'>, stream: string) {
  let saidBy: string | undefined;
  let revision = -1n;
  for await (const record of log.read(stream)) {
    revision = record.revision;
    if (isSaid(parse(offerContract, record))) saidBy = record.id;
  }
  return { saidBy, revision };
}
