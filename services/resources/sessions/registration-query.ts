import type { Sql } from '@relais/postgres/database';
import type { RegistrationRow } from './project.ts';

/** A registration with what is told of its session; `waiting_at` counts those who came before, from 1. */
export type RegistrationFound = RegistrationRow & {
  readonly starts_at: string;
  readonly session_revision: bigint;
  readonly waiting_at: number | null;
};

const columns = `registration.*, session.starts_at, session.revision as session_revision,
  case when registration.state = 'waiting' then (select count(*)::integer from registration other
    where other.session = registration.session and other.state = 'waiting'
      and other.position <= registration.position) end as waiting_at`;

/** Of persons accompanied only where they are told; the parameter of this number says so. */
const isTold = (parameter: number): string =>
  `($${parameter}::boolean or registration.registrant->>'who' = 'worker')`;

/** Of one session, in the order in which they came. */
export async function registrationsOf(
  sql: Sql,
  session: string,
  withPersons: boolean,
  after: string | undefined,
  limit: number,
): Promise<RegistrationFound[]> {
  const { rows } = await sql.query<RegistrationFound>(
    `select ${columns} from registration join session on session.id = registration.session
     where registration.session = $1 and registration.position > $2::bigint and ${isTold(4)}
     order by registration.position limit $3`,
    [session, after ?? '0', limit, withPersons],
    'resources-registrations',
  );
  return rows;
}

/** Those that an association made, newest first. */
export async function registrationsBy(
  sql: Sql,
  association: string,
  withPersons: boolean,
  state: string | undefined,
  before: string | undefined,
  limit: number,
): Promise<RegistrationFound[]> {
  const { rows } = await sql.query<RegistrationFound>(
    `select ${columns} from registration join session on session.id = registration.session
     where registration.association = $1 and ($2::text is null or registration.state = $2)
       and ($3::bigint is null or registration.position < $3::bigint) and ${isTold(5)}
     order by registration.position desc limit $4`,
    [association, state ?? null, before ?? null, limit, withPersons],
    'resources-registrations-made',
  );
  return rows;
}

/** One that the association made. */
export async function findRegistration(
  sql: Sql,
  association: string,
  withPersons: boolean,
  id: string,
): Promise<RegistrationFound | undefined> {
  const { rows } = await sql.query<RegistrationFound>(
    `select ${columns} from registration join session on session.id = registration.session
     where registration.id = $1 and registration.association = $2 and ${isTold(3)}`,
    [id, association, withPersons],
    'resources-registration',
  );
  return rows[0];
}
