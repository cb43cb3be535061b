import { randomBytes } from 'node:crypto';
import type { Category } from '@relais/contracts/sealed';
import { batched } from '@relais/postgres/batched';
import type { Database } from '@relais/postgres/database';
import type { DataKey, KeyName, KeyStore } from './key-store.ts';
import type { MasterKeys } from './master-key.ts';
import { unwrap, type WrappedKey, wrap, wrapNonceBytes } from './wrap.ts';

const dataKeyBytes = 32;
const channel = 'vault_forgotten';
const matching = 'matching';

/** For `migrate`: the tables of the key store. */
export const vaultMigrations = {
  schema: 'vault',
  migrations: new URL('./migrations/', import.meta.url),
};

/** Keys in the tables of schema `vault`, each wrapped by a master key. Run `vaultMigrations` first. */
export const postgresKeyStore = (database: Database, masters: MasterKeys): KeyStore => ({
  obtain: obtaining(database, masters),
  find: (names) => find(database, masters, names),
  forget: async (person) => {
    await database.query('select vault.forget($1)', [person]);
  },
  onForgotten: (forgotten, signal) => database.listen(channel, forgotten, signal),
  matchingKey: () => matchingKey(database, masters),
});

/**
 * Wraps again, under the current master key, whatever another one still wraps; the old ones may leave the
 * configuration of every process afterwards. Gives how many keys it wrapped. Safe to repeat and to interrupt.
 */
export async function rewrapKeys(database: Database, masters: MasterKeys): Promise<number> {
  let rewrapped = 0;
  for (;;) {
    const some = await rewrapSome(database, masters);
    if (some === 0) break;
    rewrapped += some;
  }
  return rewrapped + (await rewrapMatchingKey(database, masters));
}

type KeyRow = { master_key: string; wrapped: Buffer };
type NamedRow = KeyRow & { person: string; category: Category };

/** Requests that wait at once: their keys are made together. */
const requestsMax = 100;

/**
 * New keys are on disk before anything is sealed with them; one flush serves all that wait. Each request opens its
 * own keys, so that one that does not open fails alone.
 */
function obtaining(database: Database, masters: MasterKeys): KeyStore['obtain'] {
  const obtainRows = batched(requestsMax, async (requests: readonly (readonly KeyName[])[]) => {
    const rows = (await obtain(database, masters, requests.flat())).values();
    return requests.map((names) => names.flatMap(() => rows.next().value ?? []));
  });
  return async (names) => {
    const rows = await obtainRows(names);
    return names.map((name, index) => {
      const row = rows[index];
      if (row === undefined) throw new Error('vault.obtain gives one row per name');
      if (row.forgotten) return 'forgotten';
      const { offer } = row;
      const isOurs = row.wrapped.equals(offer.wrapped);
      return isOurs ? offer.dataKey : unwrap(masters, nameOf(name), stored(row));
    });
  };
}

type Offer = WrappedKey & { readonly dataKey: Buffer };
type Obtained = KeyRow & { readonly forgotten: boolean; readonly offer: Offer };

async function obtain(
  database: Database,
  masters: MasterKeys,
  names: readonly KeyName[],
): Promise<readonly Obtained[]> {
  const offers = offerKeys(masters, names);
  const { rows } = await database.query<KeyRow & { forgotten: boolean }>(
    'select * from vault.obtain($1, $2, $3, $4)',
    [
      names.map((name) => name.person),
      names.map((name) => name.category),
      masters.current.id,
      offers.map((offer) => offer.wrapped),
    ],
    'vault-obtain',
  );
  return offers.flatMap((offer, index) => {
    const row = rows[index];
    return row === undefined ? [] : { ...row, offer };
  });
}

/** New keys, in case there are none yet. All that is random of them is asked for at once. */
function offerKeys(masters: MasterKeys, names: readonly KeyName[]): Offer[] {
  const size = dataKeyBytes + wrapNonceBytes;
  const random = randomBytes(size * names.length);
  return names.map((name, index) => {
    const own = random.subarray(index * size, (index + 1) * size);
    const dataKey = own.subarray(0, dataKeyBytes);
    const nonce = own.subarray(dataKeyBytes);
    return { ...wrap(masters.current, nameOf(name), dataKey, nonce), dataKey };
  });
}

async function find(
  database: Database,
  masters: MasterKeys,
  names: readonly KeyName[],
): Promise<readonly (DataKey | undefined)[]> {
  const { rows } = await database.query<{
    forgotten: boolean | null;
    master_key: string | null;
    wrapped: Buffer | null;
  }>(
    `select person.forgotten_at is not null as forgotten, data_key.master_key, data_key.wrapped
     from unnest($1::uuid[], $2::text[]) with ordinality as asked(person, category, place)
     left join vault.person person on person.person = asked.person
     left join vault.data_key data_key
       on data_key.person = asked.person and data_key.category = asked.category
     order by place`,
    [names.map((name) => name.person), names.map((name) => name.category)],
    'vault-find',
  );
  return names.map((name, index) => {
    const row = rows[index];
    if (row?.forgotten) return 'forgotten';
    if (row?.wrapped == null || row.master_key === null) return undefined;
    return unwrap(masters, nameOf(name), { masterKey: row.master_key, wrapped: row.wrapped });
  });
}

async function matchingKey(database: Database, masters: MasterKeys): Promise<Buffer> {
  const offer = wrap(masters.current, matching, randomBytes(dataKeyBytes));
  await database.query(
    `insert into vault.common_key (name, master_key, wrapped) values ($1, $2, $3)
     on conflict do nothing`,
    [matching, offer.masterKey, offer.wrapped],
  );
  const { rows } = await database.query<KeyRow>(
    'select master_key, wrapped from vault.common_key where name = $1',
    [matching],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the matching key was there a moment ago');
  return unwrap(masters, matching, stored(row));
}

const rewrapBatch = 500;

/** Rows are locked one batch at a time, so that forgetting never waits long; one forgotten meanwhile is skipped. */
const rewrapSome = (database: Database, masters: MasterKeys): Promise<number> =>
  database.transaction(async (sql) => {
    const { rows } = await sql.query<NamedRow>(
      `select person, category, master_key, wrapped from vault.data_key
       where master_key <> $1 limit $2 for update skip locked`,
      [masters.current.id, rewrapBatch],
    );
    const wrapped = rows.map((row) =>
      wrap(masters.current, nameOf(row), unwrap(masters, nameOf(row), stored(row))),
    );
    await sql.query(
      `update vault.data_key set master_key = $1, wrapped = fresh.wrapped
       from unnest($2::uuid[], $3::text[], $4::bytea[]) as fresh(person, category, wrapped)
       where data_key.person = fresh.person and data_key.category = fresh.category`,
      [
        masters.current.id,
        rows.map((row) => row.person),
        rows.map((row) => row.category),
        wrapped.map((key) => key.wrapped),
      ],
    );
    return rows.length;
  });

const rewrapMatchingKey = (database: Database, masters: MasterKeys): Promise<number> =>
  database.transaction(async (sql) => {
    const { rows } = await sql.query<KeyRow>(
      `select master_key, wrapped from vault.common_key
       where name = $1 and master_key <> $2 for update`,
      [matching, masters.current.id],
    );
    const [row] = rows;
    if (row === undefined) return 0;
    const fresh = wrap(masters.current, matching, unwrap(masters, matching, stored(row)));
    await sql.query('update vault.common_key set master_key = $2, wrapped = $3 where name = $1', [
      matching,
      fresh.masterKey,
      fresh.wrapped,
    ]);
    return 1;
  });

/** What a wrapped key is bound to: a row copied over another one does not open. */
const nameOf = (name: KeyName): string => `${name.person}/${name.category}`;
const stored = (row: KeyRow): WrappedKey => ({ masterKey: row.master_key, wrapped: row.wrapped });
