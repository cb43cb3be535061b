import type { AsOfBasis } from '@relais/contracts/views/timeline';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Reader } from '../levels.ts';
import { bindings, historyScope } from '../scope.ts';
import type { HistoryRow } from './project.ts';

/** Keyset of lists in the order of the log. */
export const PositionKey = z.tuple([
  z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(BigInt),
]);

export type TimelineOf =
  | { readonly case: string }
  | { readonly referral: string }
  | { readonly correlation: string };
/** `recorded`: what the platform knew then; `occurred`: what had happened by then, though written down later. */
export type AsOf = { readonly at: string; readonly basis: AsOfBasis };
export type EntryRow = HistoryRow & {
  readonly association_name: string | null;
  /** Of the referral it belongs to. */
  readonly receiver: string | null;
  readonly delay_ms: bigint | null;
  readonly breaches: readonly string[];
  readonly caused_by: string | null;
  readonly led_to: readonly string[];
};

/**
 * Entries of a timeline that the reader may see, in the order of the log. Causes and consequences are looked for
 * within the same correlation, and named only where the reader may see them, too.
 */
export async function listTimeline(
  sql: Sql,
  reader: Reader,
  of: TimelineOf,
  asOf: AsOf | undefined,
  after: bigint | undefined,
  limit: number,
): Promise<EntryRow[]> {
  const { values, bind } = bindings();
  const scope = historyScope(reader, bind);
  const date =
    asOf === undefined
      ? 'true'
      : `h.${asOf.basis === 'recorded' ? 'recorded_at' : 'occurred_at'} <= ${bind(asOf.at)}::timestamptz`;
  const visible = `history h
     left join case_file c on c.id = h.case_id left join referral r on r.id = h.referral_id
     where ${scope} and ${date}`;
  const { rows } = await sql.query(
    `with entry as materialized (
       select h.*, r.receiver, r.breaches as missed from ${visible} and ${about(of, bind)}
         ${after === undefined ? '' : `and h.position > ${bind(after)}`}
       order by h.position limit ${bind(limit)}
     ), kin as materialized (
       select h.event_id, h.causation_id, h.position from ${visible}
         and h.correlation_id in (select correlation_id from entry)
         and (h.causation_id in (select event_id from entry)
           or h.event_id in (select causation_id from entry))
     )
     select entry.*, a.name as association_name,
       (select kin.event_id from kin where kin.event_id = entry.causation_id limit 1) as caused_by,
       array(select kin.event_id from kin where kin.causation_id = entry.event_id
         order by kin.position) as led_to,
       array(select b ->> 'breach' from jsonb_array_elements(coalesce(entry.missed, '[]')) b
         where b ->> 'position' = entry.position::text) as breaches,
       case when entry.referral_id is not null or entry.handover_id is not null then
         (extract(epoch from entry.occurred_at - (select p.occurred_at from history p
           where p.case_id = entry.case_id and p.stream = entry.stream and p.position < entry.position
           order by p.position desc limit 1)) * 1000)::bigint end as delay_ms
     from entry left join association a on a.id = entry.association
     order by entry.position`,
    values,
  );
  return rows as EntryRow[];
}

function about(of: TimelineOf, bind: (value: unknown) => string): string {
  if ('case' in of) return `h.case_id = ${bind(of.case)}::uuid`;
  if ('referral' in of) return `h.referral_id = ${bind(of.referral)}::uuid`;
  return `h.correlation_id = ${bind(of.correlation)}::uuid`;
}
