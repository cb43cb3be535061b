import {
  type QuestionEvent,
  type QuestionState,
  questionContract,
} from '@relais/contracts/questions';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';
import { plainText } from '../search/plain.ts';

export type QuestionRow = {
  readonly id: string;
  readonly state: QuestionState;
  readonly association: string;
  readonly receiver: string | null;
  readonly skill: string | null;
  readonly reasons: readonly { readonly code: string; readonly points: number }[];
  readonly themes: readonly string[];
  readonly commune: string | null;
  readonly languages: readonly string[];
  readonly urgency: string;
  readonly reopened: number;
  readonly reminded: boolean;
  readonly escalated: boolean;
  readonly published_by: string | null;
  readonly deadlines: { readonly [name: string]: string };
  readonly text: SealedAt | null;
  readonly answer: SealedAt | null;
  readonly why: SealedAt | null;
  readonly links: readonly string[];
  readonly asked_at: string;
  readonly changed_at: string;
  readonly revision: bigint;
};

export type AnswerRow = {
  readonly id: string;
  readonly by: string;
  readonly title: string;
  readonly question: string;
  readonly answer: string;
  readonly themes: readonly string[];
  readonly language: string;
  readonly links: readonly string[];
  /** Its words as they are searched. */
  readonly words: string;
  readonly published_at: string;
};

/** Questions, and the answers that were published. */
export const questionsPart: Part<QuestionEvent> = {
  categories: { question: questionContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [
    table<QuestionRow, QuestionEvent>({
      name: 'question',
      key: ['id'],
      touches: (_event, record) => [{ id: streamId(record) }],
      fold: questionRow,
    }),
    table<AnswerRow, QuestionEvent>({
      name: 'published_answer',
      key: ['id'],
      touches: ({ type }, record) =>
        type === 'answer-published.v1' || type === 'answer-unpublished.v1'
          ? [{ id: streamId(record) }]
          : [],
      fold: (_row, event, record) =>
        event.type === 'answer-published.v1' ? answerRow(event.data, record) : undefined,
    }),
  ],
};

const answerRow = (
  data: Extract<QuestionEvent, { type: 'answer-published.v1' }>['data'],
  record: Recorded,
): AnswerRow => ({
  ...data,
  id: streamId(record),
  words: plainText(`${data.title}\n${data.question}\n${data.answer}`),
  published_at: record.recordedAt,
});

function questionRow(
  row: QuestionRow | undefined,
  event: QuestionEvent,
  record: Recorded,
): QuestionRow {
  const { revision, recordedAt: changed_at } = record;
  if (event.type === 'question-asked.v1') {
    const { text, deadlines, ...said } = event.data;
    return {
      ...{
        ...said,
        id: streamId(record),
        state: 'asked',
        receiver: null,
        skill: null,
        reasons: [],
      },
      ...{ reopened: 0, published_by: null, ...newDates(deadlines) },
      ...{ text: sealedAt(record, 'text', text), answer: null, why: null, links: [] },
      ...{ asked_at: changed_at, changed_at, revision },
    };
  }
  if (row === undefined) throw new Error(`${event.type} before it was asked`);
  return { ...row, ...changes(row, event, record), revision, changed_at };
}

function changes(
  row: QuestionRow,
  event: Exclude<QuestionEvent, { type: 'question-asked.v1' }>,
  record: Recorded,
): Partial<QuestionRow> {
  switch (event.type) {
    case 'question-routed.v1': {
      const { to: receiver, skill, reasons, deadlines } = event.data;
      return { state: 'routed', receiver, skill, reasons, ...newDates(deadlines) };
    }
    case 'question-passed.v1':
      return { state: 'asked', receiver: null, skill: null, reasons: [] };
    case 'question-answered.v1': {
      const { text, links } = event.data;
      return { state: 'answered', answer: sealedAt(record, 'text', text), links, deadlines: {} };
    }
    case 'question-accepted.v1':
      return { state: 'accepted', deadlines: {} };
    case 'question-reopened.v1': {
      const { why, deadlines } = event.data;
      const again = { reopened: row.reopened + 1, ...newDates(deadlines) };
      return { state: 'routed', why: sealedAt(record, 'why', why), ...again };
    }
    case 'question-withdrawn.v1':
      return { state: 'withdrawn', deadlines: {} };
    case 'question-reminded.v1':
      return { reminded: true };
    case 'question-escalated.v1':
      return { escalated: true };
    case 'answer-published.v1':
      return { published_by: event.data.by };
    case 'answer-unpublished.v1':
      return { published_by: null };
  }
}

const newDates = ({
  policy: _,
  ...deadlines
}: {
  policy: string;
  remindAt: string;
  dueAt: string;
}) => ({ deadlines, reminded: false, escalated: false });
