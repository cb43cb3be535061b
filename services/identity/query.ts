import type { AssociationKind, AssociationView } from '@relais/contracts/associations';
import type { ClientState, ClientView, Role } from '@relais/contracts/identity';
import type { Sql } from '@relais/postgres/database';

export type AssociationFilter = {
  readonly kind?: AssociationKind | undefined;
  readonly theme?: string | undefined;
  readonly commune?: string | undefined;
};

/** Associations by name, after this name and id. One without communes serves everywhere. */
export async function listAssociations(
  sql: Sql,
  { kind, theme, commune }: AssociationFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<AssociationView[]> {
  const { rows } = await sql.query<{ view: AssociationView }>(
    `select view from association
      where ($1::text is null or (name collate "C", id) > ($1::text collate "C", $2::uuid))
        and ($3::text is null or kind = $3)
        and ($4::text is null or view->'themes' ? $4)
        and ($5::text is null or view->'communes' ? $5 or view->'communes' = '[]')
      order by name collate "C", id
      limit $6`,
    [after?.[0] ?? null, after?.[1] ?? null, kind ?? null, theme ?? null, commune ?? null, limit],
    'identity-associations',
  );
  return rows.map(({ view }) => view);
}

/** By id; undefined for one that is not known. */
export async function findAssociation(sql: Sql, id: string): Promise<AssociationView | undefined> {
  const { rows } = await sql.query<{ view: AssociationView }>(
    'select view from association where id = $1',
    [id],
    'identity-association',
  );
  return rows[0]?.view;
}

export type ClientFilter = {
  readonly association?: string | undefined;
  readonly role?: Role | undefined;
  readonly state?: ClientState | undefined;
};

/** Clients by id, after this id. */
export async function listClients(
  sql: Sql,
  { association, role, state }: ClientFilter,
  after: string | undefined,
  limit: number,
): Promise<ClientView[]> {
  const { rows } = await sql.query<{ view: ClientView }>(
    `select view from client
      where ($1::uuid is null or id > $1)
        and ($2::uuid is null or association = $2)
        and ($3::text is null or role = $3)
        and ($4::text is null or state = $4)
      order by id
      limit $5`,
    [after ?? null, association ?? null, role ?? null, state ?? null, limit],
    'identity-clients',
  );
  return rows.map(({ view }) => view);
}

/** By id; undefined for one that is not known. */
export async function findClient(sql: Sql, id: string): Promise<ClientView | undefined> {
  const { rows } = await sql.query<{ view: ClientView }>(
    'select view from client where id = $1',
    [id],
    'identity-client',
  );
  return rows[0]?.view;
}
