/** What the time brings for stays: reminders before the end, and the day after it. */
import { StayId } from '@relais/contracts/ids';
import { type StayEvent, stayContract } from '@relais/contracts/stays';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import type { Reacting } from '../places/reacting.ts';
import { dueNow, submitAs, timerCause } from '../system-command.ts';
import { addDays, dayOf, startOf } from './days.ts';
import { stayTarget } from './react.ts';

export const stayTimers = 'resources-stay-timers';

type Due = {
  readonly endsOn: string;
  /** Null: the stay is over since yesterday. */
  readonly daysBefore: number | null;
  readonly correlationId: string;
};

/** Those of the last end alone: every event that names one sets them all anew. */
export function planStays(record: Recorded): readonly TimerChange[] {
  const event = parse(stayContract, record);
  if (event.type === 'stay-ended.v1') return [{ cancelStream: true }];
  const end = endOf(event);
  if (end === undefined) return [];
  const { correlationId } = record.metadata;
  const { endsOn, remindDays } = end;
  const due = (key: string, day: string, daysBefore: number | null): TimerChange => ({
    set: `${record.stream} ${key}`,
    dueAt: startOf(day),
    data: { endsOn, daysBefore, correlationId } satisfies Due,
  });
  return [
    { cancelStream: true },
    ...remindDays.map((days) => due(`reminder-${days}`, addDays(endsOn, -days), days)),
    due('overstay', addDays(endsOn, 1), null),
  ];
}

function endOf({
  type,
  data,
}: StayEvent): { readonly endsOn: string; readonly remindDays: readonly number[] } | undefined {
  switch (type) {
    case 'stay-arrived.v1':
    case 'stay-arrival-corrected.v1':
      return { endsOn: data.endsOn, remindDays: data.terms.remindDays };
    case 'stay-renewed.v1':
    case 'stay-remained.v1':
      return data;
    default:
      return undefined;
  }
}

/** The rules decide whether it still matters. */
export async function fireStays(desk: Reacting, timer: Timer, commandId: string): Promise<void> {
  const id = StayId.parse(streamId(timer));
  const { endsOn, daysBefore } = timer.data as Due;
  const today = dayOf(dueNow(desk, timer));
  const cause = timerCause(stayTimers, timer, timer.dueAt);
  const asked =
    daysBefore === null
      ? ({ type: 'overstay', endsOn, today } as const)
      : ({ type: 'remind', endsOn, daysBefore, today } as const);
  await submitAs(desk.log, cause, stayTarget(id), asked, { commandId });
}
