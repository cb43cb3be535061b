import type { Sql } from '@relais/postgres/database';
import { hasWords } from '../search/by-words.ts';
import type { PublicationRow } from './project.ts';

export type PublicationFilter = {
  /** A tsquery (search/by-words.ts); null for everything. */
  readonly words: string | null;
  readonly kind?: string | undefined;
  readonly theme?: string | undefined;
  readonly language?: string | undefined;
};

/** What is published, last changed first, after this moment and id. */
export async function listPublications(
  sql: Sql,
  { words, kind, theme, language }: PublicationFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<PublicationRow[]> {
  const { rows } = await sql.query<PublicationRow>(
    `select * from publication
     where state = 'published'
       and ${hasWords(1)}
       and ($2::text is null or terms->>'kind' = $2)
       and ($3::text is null or terms->'themes' ? $3)
       and ($4::text is null or terms->'languages' ? $4)
       and ($5::timestamptz is null or (changed_at, id) < ($5, $6::uuid))
     order by changed_at desc, id desc limit $7`,
    [
      ...[words, kind ?? null, theme ?? null, language ?? null],
      ...[after?.[0] ?? null, after?.[1] ?? null, limit],
    ],
    'resources-publications',
  );
  return rows;
}

/** By id; undefined for one that is not known, or was withdrawn and is kept by none of these. */
export async function findPublication(
  sql: Sql,
  id: string,
  keepers: readonly string[],
): Promise<PublicationRow | undefined> {
  const { rows } = await sql.query<PublicationRow>(
    `select * from publication where id = $1 and (state = 'published' or association = any ($2::uuid[]))`,
    [id, keepers],
    'resources-publication',
  );
  return rows[0];
}
