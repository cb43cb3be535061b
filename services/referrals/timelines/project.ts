import { type Table, table } from '@relais/event-log/projection';
import { type Fact, instant, type StreamTable } from '../fold.ts';
import { summaryOf } from './summary.ts';

/** One row per event of a case and of what belongs to it. Nothing in it is personal. */
export type HistoryRow = {
  readonly position: bigint;
  readonly event_id: string;
  readonly stream: string;
  readonly type: string;
  readonly case_id: string;
  readonly referral_id: string | null;
  readonly handover_id: string | null;
  readonly persons: readonly string[];
  readonly actor: string;
  readonly association: string | null;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly summary: { readonly [field: string]: unknown };
  /** Whether the sender of the referral may see the reason or outcome in `summary`. */
  readonly told_sender: boolean;
};
type Anything = { readonly type: string; readonly data: Data };
type Data = { readonly [field: string]: unknown };

/** The same rules for each kind of stream that a timeline shows. */
const history: StreamTable<HistoryRow, Anything> = {
  name: 'history',
  key: ['position'],
  touches: ({ record }) => [{ position: record.position }],
  fold(_row, fact) {
    const { event, record, at } = fact;
    const { metadata } = record;
    const { visibleTo } = event.data;
    return {
      position: record.position,
      event_id: record.id,
      stream: record.stream,
      type: record.type,
      ...subjectsOf(fact),
      persons: personsOf(event.data),
      actor: metadata.actor,
      association: metadata.association,
      correlation_id: metadata.correlationId,
      causation_id: metadata.causationId,
      occurred_at: at,
      recorded_at: instant(record.recordedAt),
      summary: summaryOf(event.data),
      told_sender: !Array.isArray(visibleTo) || visibleTo.includes('sender'),
    };
  },
};

/** One table of the events of all that belongs to a case. */
export const historyTable: Table<Fact> = table<HistoryRow, Fact>({
  name: history.name,
  key: history.key,
  insertOnly: true,
  touches: (fact) => (categories.has(fact.category) ? history.touches(fact as Fact<Anything>) : []),
  fold: (row, fact) => history.fold(row, fact as Fact<Anything>),
});
const categories = new Set(['case', 'consent', 'referral', 'handover', 'merge']);

type Subjects = Pick<HistoryRow, 'case_id' | 'referral_id' | 'handover_id'>;

function subjectsOf({ category, id, event: { data } }: Fact<Anything>): Subjects {
  const none = { referral_id: null, handover_id: null };
  switch (category) {
    case 'referral':
      return { ...none, case_id: String(data.case), referral_id: id };
    case 'handover':
      return { ...none, case_id: String(data.case), handover_id: id };
    case 'merge':
      return { ...none, case_id: String(data.kept) };
    default:
      return { ...none, case_id: id };
  }
}

function personsOf({ person, persons }: Data): string[] {
  if (typeof person === 'string') return [person];
  if (!Array.isArray(persons)) return [];
  return persons.map((entry: unknown) =>
    typeof entry === 'string' ? entry : String((entry as { person: unknown }).person),
  );
}
