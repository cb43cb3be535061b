import type { Sql } from '@relais/postgres/database';
import type { AssociationRow, OfferRow } from './project.ts';

/** Members, those who left too, by name. */
export async function listAssociations(
  sql: Sql,
  theme: string | undefined,
  from: readonly [name: string, id: string] | undefined,
  limit: number,
): Promise<AssociationRow[]> {
  const { rows } = await sql.query(
    `select * from association
     where ($1::text is null or $1 = any(themes)) and ($2::text is null or (name, id) > ($2, $3::uuid))
     order by name, id limit $4`,
    [theme ?? null, from?.[0] ?? null, from?.[1] ?? null, limit],
  );
  return rows as AssociationRow[];
}

export type OfferFilter = {
  /** For whom the caller looks. */
  readonly viewers: readonly string[];
  readonly association: string | undefined;
  readonly theme: string | undefined;
};

/** Offers that these viewers may name: not those withdrawn, of an association that left, or of a retired organisation; by title. */
export async function listOffers(
  sql: Sql,
  { viewers, association, theme }: OfferFilter,
  from: readonly [title: string, id: string] | undefined,
  limit: number,
): Promise<OfferRow[]> {
  const { rows } = await sql.query(
    `select * from offer
     where state <> 'withdrawn' and ($1::uuid is null or association = $1)
       and ($2::text is null or $2 = any(themes)) and ($3::text is null or (title, id) > ($3, $4::uuid))
       and (visible_to is null or visible_to && $6::uuid[])
       and not exists (select from association gone where gone.id = offer.association and gone.state = 'left')
       and not exists (select from organisation gone where gone.id = offer.organisation and gone.retired)
     order by title, id limit $5`,
    [association ?? null, theme ?? null, from?.[0] ?? null, from?.[1] ?? null, limit, viewers],
  );
  return rows as OfferRow[];
}
