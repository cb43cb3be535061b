import { questionContract } from '@relais/contracts/questions';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import type { Desk } from '../desk.ts';
import { submitAs, timerCause } from '../system-command.ts';
import type { SystemCommand } from './actions.ts';
import { questionAggregate } from './decide.ts';

type Data = {
  readonly command: Pick<SystemCommand, 'type'>;
  readonly correlationId: string;
};

/** The reminder and the escalation of the record's question: one timer each at most. */
export function planQuestionDates(record: Recorded): readonly TimerChange[] {
  const { type, data } = parse(questionContract, record);
  const { correlationId } = record.metadata;
  const set = (dueAt: string, command: Data['command']): TimerChange => ({
    set: `${record.stream} ${command.type}`,
    dueAt,
    data: { command, correlationId } satisfies Data,
  });
  switch (type) {
    case 'question-asked.v1':
    case 'question-routed.v1':
    case 'question-reopened.v1':
      return [
        set(data.deadlines.remindAt, { type: 'remind' }),
        set(data.deadlines.dueAt, { type: 'escalate' }),
      ];
    case 'question-answered.v1':
    case 'question-withdrawn.v1':
      return [{ cancelStream: true }];
    default:
      return [];
  }
}

/** Carries out a date; the rules take each once. */
export async function fireQuestionDate(
  desk: Pick<Desk, 'log' | 'now'>,
  timer: Timer,
  commandId: string,
): Promise<void> {
  const target = {
    aggregate: questionAggregate,
    contract: questionContract,
    id: streamId(timer),
  };
  const { type } = (timer.data as Data).command;
  const command: SystemCommand = { type, dueAt: new Date(timer.dueAt).toISOString() };
  const cause = timerCause('question-dates', timer, desk.now().toISOString());
  await submitAs(desk.log, cause, target, command, { commandId });
}
