import type { Sql } from '@relais/postgres/database';
import type { Reader } from '../levels.ts';
import { bindings, remitOf } from '../scope.ts';
import type { HandoverRow } from './project.ts';

/** Handovers of which the reader is a party, or whose case or parties are of the remit. */
function scopeOf(reader: Reader, bind: (value: unknown) => string): string {
  if (reader.role === 'auditor') return 'true';
  if (reader.role === 'administrator') return 'false';
  const me = `${bind(reader.association)}::uuid`;
  const remit = `${bind(remitOf(reader))}::uuid[]`;
  // A reorientation is the owner's and the coordinators' until the meeting has decided.
  return `(h.from_association = ${me} or (h.to_association = ${me} and h.kind = 'handover')
    or h.from_association = any(${remit}) or h.to_association = any(${remit}))`;
}

/** Newest first. */
export async function listHandovers(
  sql: Sql,
  reader: Reader,
  filter: { readonly case: string | undefined; readonly state: readonly string[] | undefined },
  before: readonly [openedAt: string, id: string] | undefined,
  limit: number,
): Promise<HandoverRow[]> {
  const { values, bind } = bindings();
  const where = [
    scopeOf(reader, bind),
    ...(filter.case === undefined ? [] : [`h.case_id = ${bind(filter.case)}::uuid`]),
    ...(filter.state === undefined ? [] : [`h.state = any(${bind(filter.state)}::text[])`]),
    ...(before === undefined
      ? []
      : [`(h.opened_at, h.id) < (${bind(before[0])}::timestamptz, ${bind(before[1])}::uuid)`]),
  ];
  const { rows } = await sql.query(
    `select h.* from handover h where ${where.join(' and ')}
     order by h.opened_at desc, h.id desc limit ${bind(limit)}`,
    values,
  );
  return rows as HandoverRow[];
}

/** The handover where the reader may see it. */
export async function findHandover(
  sql: Sql,
  reader: Reader,
  id: string,
): Promise<HandoverRow | undefined> {
  const { values, bind } = bindings();
  const { rows } = await sql.query(
    `select h.* from handover h where h.id = ${bind(id)}::uuid and ${scopeOf(reader, bind)}`,
    values,
  );
  return rows[0] as HandoverRow | undefined;
}
