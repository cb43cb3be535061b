import { exchangeContract } from '@relais/contracts/exchanges';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import type { Desk } from '../desk.ts';
import { submitAs, timerCause } from '../system-command.ts';
import type { SystemCommand } from './actions.ts';
import { exchangeAggregate } from './decide.ts';

type Data = { readonly command: SystemCommand; readonly correlationId: string };

/** Reminders, escalations and expiry of the record's exchange; each of them one timer at most. */
export function planExchangeDates(record: Recorded): readonly TimerChange[] {
  const event = parse(exchangeContract, record);
  const { correlationId } = record.metadata;
  const set = (dueAt: string, command: SystemCommand): TimerChange => ({
    set: `${record.stream} ${command.type}`,
    dueAt,
    data: { command, correlationId } satisfies Data,
  });
  switch (event.type) {
    case 'exchange-requested.v1': {
      const { remindAt, escalateAt, expiresAt } = event.data.deadlines;
      return [
        set(remindAt, { type: 'remind', step: 'answer' }),
        set(escalateAt, { type: 'escalate', step: 'answer' }),
        set(expiresAt, { type: 'expire' }),
      ];
    }
    case 'exchange-agreed.v1': {
      const { remindAt, escalateAt } = event.data.deadlines;
      return [
        { cancelStream: true },
        set(remindAt, { type: 'remind', step: 'report' }),
        set(escalateAt, { type: 'escalate', step: 'report' }),
      ];
    }
    case 'exchange-refused.v1':
    case 'exchange-cancelled.v1':
    case 'exchange-confirmed.v1':
      return [{ cancelStream: true }];
    default:
      return [];
  }
}

/** Carries out a date. The rules take each step once, whatever the timers do; what was answered meanwhile refuses it. */
export async function fireExchangeDate(
  desk: Pick<Desk, 'log' | 'now'>,
  timer: Timer,
  commandId: string,
): Promise<void> {
  const target = {
    aggregate: exchangeAggregate,
    contract: exchangeContract,
    id: streamId(timer),
  };
  const { command } = timer.data as Data;
  const cause = timerCause('exchange-dates', timer, desk.now().toISOString());
  await submitAs(desk.log, cause, target, command, { commandId });
}
