import type { Actor } from '@relais/contracts/actors';
import { viewersOf } from '@relais/contracts/offer-visibility';
import type { Sql } from '@relais/postgres/database';
import { isVisibleRow } from '../offers/query.ts';
import type { SealedAt } from '../sealed-text.ts';
import type { ReadingRow } from './project.ts';

/** Whose contact it is; also the kind of its stream. */
export type ContactOwner = 'offer' | 'organisation' | 'site';

/** What a reading of a contact is recorded as. */
export const contactLevel = 'contact';

type Entry = { readonly association: string; readonly contact: SealedAt | null };

/** The keeper and the sealed contact of an entry; undefined where it does not exist for the caller. */
export async function contactOf(
  sql: Sql,
  of: ContactOwner,
  id: string,
  actor: Actor,
  isConcerned: boolean,
): Promise<Entry | undefined> {
  const condition =
    of === 'offer' ? isVisibleRow(2, '$3::boolean') : '($2::uuid[], $3::boolean) is not null';
  const { rows } = await sql.query<Entry>(
    `select association, contact from ${of} where id = $1 and ${condition}`,
    [id, viewersOf(actor), isConcerned],
    `resources-contact-${of}`,
  );
  return rows[0];
}

/** Who was shown the contact of an entry, latest first, after this time and reading. */
export async function listReadings(
  sql: Sql,
  of: ContactOwner,
  entry: string,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<ReadingRow[]> {
  const { rows } = await sql.query<ReadingRow>(
    `select * from contact_reading
     where entry_kind = $1 and entry = $2
       and ($3::timestamptz is null or (read_at, id) < ($3, $4::uuid))
     order by read_at desc, id desc limit $5`,
    [of, entry, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-contact-readings',
  );
  return rows;
}
