import { tokenSecondsMax } from '@relais/contracts/identity';
import type { Database, Sql } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { unwrap, wrap } from '@relais/vault/wrap';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** For `migrate`: the tables of the issuer. */
export const issuerMigrations = {
  schema: 'identity',
  migrations: new URL('../migrations/', import.meta.url),
};

/** Notified when a key was made or retired. */
export const keysChannel = 'identity_keys';

export const signingAlgorithm = 'ES256';

export type SigningKey = {
  readonly kid: string;
  readonly publicKey: JWK;
  readonly privateKey: JWK;
  readonly signsFrom: Date;
  readonly retiresAt: Date | null;
};

/** Beyond the life of a token: clocks differ, and a verifier tolerates some seconds. */
const retireMarginSeconds = 60;

/** Makes the first key where there is none; processes that start at once make one together. */
export async function ensureSigningKey(
  database: Database,
  masters: MasterKeys,
  now: Date,
): Promise<void> {
  await database.transaction(async (sql) => {
    await lock(sql);
    const { rows } = await sql.query(
      'select 1 from identity.signing_key where retires_at is null limit 1',
    );
    if (rows.length === 0) await insert(sql, masters, now);
  });
}

/**
 * Makes the next key. It is published at once and signs after `leadSeconds`, when every verifier has seen it; the
 * present keys stay published until their last token has expired. With a lead of zero the present keys are
 * destroyed at once, for the day one was stolen: tokens they signed are refused as soon as verifiers read the
 * key set again. Gives the new key's id.
 */
export async function rotateSigningKey(
  database: Database,
  masters: MasterKeys,
  { now, leadSeconds }: { readonly now: Date; readonly leadSeconds: number },
): Promise<string> {
  return await database.transaction(async (sql) => {
    await lock(sql);
    const signsFrom = after(now, leadSeconds);
    const retiresAt =
      leadSeconds === 0 ? now : after(signsFrom, tokenSecondsMax + retireMarginSeconds);
    await sql.query(
      `update identity.signing_key set retires_at = least(retires_at, $1)
        where retires_at is null or retires_at > $1`,
      [retiresAt],
    );
    await sql.query('delete from identity.signing_key where retires_at <= $1', [now]);
    return await insert(sql, masters, signsFrom);
  });
}

/** Every published key, opened, the oldest first. */
export async function loadSigningKeys(
  sql: Sql,
  masters: MasterKeys,
  now: Date,
): Promise<SigningKey[]> {
  const { rows } = await sql.query<Row>(
    `select kid, public_key, master_key, wrapped, signs_from, retires_at
       from identity.signing_key
      where retires_at is null or retires_at > $1
      order by signs_from, kid`,
    [now],
  );
  return rows.map((row) => {
    const stored = { masterKey: row.master_key, wrapped: row.wrapped };
    return {
      kid: row.kid,
      publicKey: row.public_key,
      privateKey: JSON.parse(unwrap(masters, nameOf(row.kid), stored).toString('utf8')),
      signsFrom: new Date(row.signs_from),
      retiresAt: row.retires_at === null ? null : new Date(row.retires_at),
    };
  });
}

/** As `rewrapKeys` of the vault does with its keys: gives how many private keys it wrapped under the current master key. */
export async function rewrapSigningKeys(database: Database, masters: MasterKeys): Promise<number> {
  return await database.transaction(async (sql) => {
    await lock(sql);
    const { rows } = await sql.query<Pick<Row, 'kid' | 'master_key' | 'wrapped'>>(
      'select kid, master_key, wrapped from identity.signing_key where master_key <> $1',
      [masters.current.id],
    );
    for (const { kid, master_key, wrapped } of rows) {
      const plain = unwrap(masters, nameOf(kid), { masterKey: master_key, wrapped });
      const fresh = wrap(masters.current, nameOf(kid), plain);
      await sql.query(
        'update identity.signing_key set master_key = $2, wrapped = $3 where kid = $1',
        [kid, fresh.masterKey, fresh.wrapped],
      );
    }
    return rows.length;
  });
}

type Row = {
  kid: string;
  public_key: JWK;
  master_key: string;
  wrapped: Buffer;
  signs_from: string;
  retires_at: string | null;
};

async function insert(sql: Sql, masters: MasterKeys, signsFrom: Date): Promise<string> {
  const pair = await generateKeyPair(signingAlgorithm, { extractable: true });
  const [publicKey, privateKey] = await Promise.all([
    exportJWK(pair.publicKey),
    exportJWK(pair.privateKey),
  ]);
  const kid = await calculateJwkThumbprint(publicKey);
  const names = { kid, alg: signingAlgorithm, use: 'sig' };
  const plain = Buffer.from(JSON.stringify({ ...privateKey, ...names }));
  const { masterKey, wrapped } = wrap(masters.current, nameOf(kid), plain);
  await sql.query(
    `insert into identity.signing_key (kid, public_key, master_key, wrapped, signs_from)
     values ($1, $2, $3, $4, $5)`,
    [kid, { ...publicKey, ...names }, masterKey, wrapped, signsFrom],
  );
  await sql.query(`select pg_notify('${keysChannel}', $1)`, [kid]);
  return kid;
}

const lock = (sql: Sql) =>
  sql.query(`select pg_advisory_xact_lock(hashtextextended('relais.identity.keys', 0))`);

const nameOf = (kid: string): string => `identity.signing-key.${kid}`;

const after = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
