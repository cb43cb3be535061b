import type { Sql } from '@relais/postgres/database';
import type { EntryKind } from '../described.ts';
import type { ImportRow } from './spool.ts';

/** A mirror in the directory, and keyed hashes of what it was made of. */
export type Mirrored = {
  readonly kind: EntryKind;
  readonly entry: string;
  readonly organisation: string;
  readonly id: string;
  readonly content: string;
  readonly contact: string | null;
  readonly is_retired: boolean;
};
type Of = Pick<ImportRow, 'id' | 'association' | 'source'>;

/** What this source has said of an organisation before, by kind and entry. */
export async function mirroredOf(
  sql: Sql,
  { association, source }: Of,
  entries: readonly { readonly kind: EntryKind; readonly entry: string }[],
): Promise<Map<string, Mirrored>> {
  const { rows } = await sql.query<Mirrored>(
    `select m.kind, m.entry, m.organisation, m.id, m.content, m.contact, m.is_retired
     from exchange.mirrored m
     join unnest($3::text[], $4::text[]) as asked (kind, entry) using (kind, entry)
     where m.association = $1 and m.source = $2`,
    [
      ...[association, source],
      ...[entries.map(({ kind }) => kind), entries.map(({ entry }) => entry)],
    ],
    'exchange-mirrored',
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

export const keyOf = ({ kind, entry }: { kind: EntryKind; entry: string }): string =>
  `${kind} ${entry}`;

/** This import has them, like this. */
export const keepMirrored = (
  sql: Sql,
  { id, association, source }: Of,
  rows: readonly Mirrored[],
) =>
  sql.query(
    `insert into exchange.mirrored
       (association, source, kind, entry, organisation, id, content, contact, import)
     select $1, $2, kind, entry, organisation, id, content, contact, $3
     from jsonb_to_recordset($4::jsonb) as given
       (kind text, entry text, organisation text, id uuid, content text, contact text)
     on conflict (association, source, kind, entry) do update set
       organisation = excluded.organisation, content = excluded.content,
       contact = excluded.contact, import = excluded.import, is_retired = false`,
    [association, source, id, JSON.stringify(rows)],
    'exchange-keep',
  );

/**
 * The file has them but they were refused: what is there of them stays. So do offers that came from another organisation,
 * and where these are.
 */
export const keepRefused = (
  sql: Sql,
  { id, association, source }: Of,
  { organisations, offers }: Refused,
) =>
  sql.query(
    `update exchange.mirrored set import = $3
     where association = $1 and source = $2 and (
       organisation = any($4::text[])
       or kind = 'offer' and entry = any($5::text[])
       or kind <> 'offer' and organisation = any(array(
         select organisation from exchange.mirrored
         where association = $1 and source = $2 and kind = 'offer' and entry = any($5::text[]))))`,
    [association, source, id, organisations, offers],
    'exchange-keep-refused',
  );

/** By the source's identifiers. */
export type Refused = {
  readonly organisations: readonly string[];
  readonly offers: readonly string[];
};

/** What the source had and this import lacks: offers before sites, organisations last. */
export async function missingFrom(
  sql: Sql,
  { id, association, source }: Of,
  limit: number,
): Promise<Mirrored[]> {
  const { rows } = await sql.query<Mirrored>(
    `select kind, entry, organisation, id, content, contact, is_retired from exchange.mirrored
     where association = $1 and source = $2 and import <> $3 and not is_retired
     order by case kind when 'offer' then 0 when 'site' then 1 else 2 end, entry collate "C"
     limit $4`,
    [association, source, id, limit],
    'exchange-missing',
  );
  return rows;
}

export const retireMirrored = (
  sql: Sql,
  { association, source }: Of,
  rows: readonly Pick<Mirrored, 'kind' | 'entry'>[],
) =>
  sql.query(
    `update exchange.mirrored m set is_retired = true
     from unnest($3::text[], $4::text[]) as gone (kind, entry)
     where m.association = $1 and m.source = $2 and m.kind = gone.kind and m.entry = gone.entry`,
    [association, source, rows.map(({ kind }) => kind), rows.map(({ entry }) => entry)],
    'exchange-retire',
  );
