import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import { type Adapter, type AdapterFactory, errors } from 'oidc-provider';
import { findEnabledClient } from '../registry.ts';

/** What a client's metadata carries into its tokens. */
export type ClientRights = {
  readonly role: string;
  readonly association: string;
  readonly remit: readonly string[];
  /** Seconds since 1970: no token may say it was issued before. */
  readonly rightsSince: number;
};

/** What oidc-provider keeps or looks up. Only clients and used assertions are: everything else is switched off. */
export const issuerAdapter =
  (log: Log, sql: Sql): AdapterFactory =>
  (model) => {
    if (model === 'Client') return { ...nothing, find: (id) => clientMetadata(log, id) };
    if (model === 'ReplayDetection') {
      return { ...nothing, upsert: (id, _, seconds) => useOnce(sql, id, seconds ?? 0) };
    }
    return nothing;
  };

async function clientMetadata(log: Log, id: string) {
  const found = await findEnabledClient(log, id);
  if (found === undefined) return undefined;
  const { client, role, association, remit, keys } = found.state;
  const rights: ClientRights = {
    role,
    association,
    remit,
    rightsSince: found.since,
  };
  return {
    client_id: client,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: { keys: [...keys] },
    ...rights,
  };
}

/**
 * The library asks whether the assertion was used and then stores it, which two processes at once would both pass. So the
 * question is always answered no, and the insert itself refuses the second.
 */
async function useOnce(sql: Sql, id: string, seconds: number): Promise<void> {
  const { rowCount } = await sql.query(
    `with expired as (
       delete from identity.assertion_used where id in (
         select id from identity.assertion_used where expires_at < now() and id <> $1
          limit 20 for update skip locked))
     insert into identity.assertion_used (id, expires_at)
     values ($1, now() + make_interval(secs => $2))
     on conflict (id) do nothing`,
    [id, seconds],
    'identity-use-once',
  );
  if (rowCount !== 1) throw new errors.InvalidClientAuth('the assertion was used before');
}

const nothing: Adapter = {
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
  upsert: async () => {
    throw new Error('the issuer keeps neither sessions nor grants nor tokens');
  },
};
