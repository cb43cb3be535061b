import { eventually } from '@relais/event-log/fixtures/eventually';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  type JWK,
  jwtVerify,
} from 'jose';
import t from 'tap';
import {
  assertionOf,
  issuerStore,
  probeClient,
  requestToken,
  serveIssuer,
} from './issuer-probe.ts';
import { jwksPath } from './provider.ts';
import { ensureSigningKey, loadSigningKeys, rotateSigningKey } from './signing-keys.ts';

const store = await issuerStore(t);
const { database, masters, log } = store;
let offsetMs = 0;
const now = () => new Date(Date.now() + offsetMs);
const one = await serveIssuer(t, store, { now });
const two = await serveIssuer(t, store, { now, issuer: one.url });
const client = await probeClient(log);

const publishedKids = async (url: string): Promise<string[]> => {
  const { keys } = (await (await fetch(`${url}${jwksPath}`)).json()) as { keys: JWK[] };
  return keys.map((key) => String(key.kid));
};
const token = async (url: string) =>
  String((await requestToken(url, await assertionOf(client, one.url))).body.access_token);
const kidOf = (text: string) => String(decodeProtectedHeader(text).kid);

t.test('processes that start at once share one first key', async (t) => {
  await Promise.all(Array.from({ length: 4 }, () => ensureSigningKey(database, masters, now())));
  t.equal((await loadSigningKeys(database, masters, now())).length, 1);
  t.same(await publishedKids(one.url), await publishedKids(two.url));
});

t.test('private keys are encrypted at rest', async (t) => {
  const [key] = await loadSigningKeys(database, masters, now());
  const { rows } = await database.query(
    'select signing_key::text as row from identity.signing_key',
  );
  t.equal(rows.length, 1);
  const secret = Buffer.from(String(key?.privateKey.d)).toString('hex');
  t.notOk(String(rows[0]?.row).includes(String(key?.privateKey.d)));
  t.notOk(String(rows[0]?.row).includes(secret));
  const { masters: others } = await issuerStore(t);
  await t.rejects(loadSigningKeys(database, others, now()), { name: 'MasterKeyMissing' });
});

t.test(
  'the next key is published before it signs, the old one until its tokens expired',
  async (t) => {
    const old = await token(one.url);
    const next = await rotateSigningKey(database, masters, { now: now(), leadSeconds: 600 });
    await eventually(async () => (await publishedKids(two.url)).includes(next));
    t.equal(kidOf(await token(two.url)), kidOf(old), 'published, and not signing yet');

    offsetMs = 601_000;
    for (const { url } of [one, two]) {
      const fresh = await token(url);
      t.equal(kidOf(fresh), next);
      const keys = createRemoteJWKSet(new URL(`${url}${jwksPath}`));
      await t.resolves(jwtVerify(fresh, keys, { issuer: one.url }));
      await t.resolves(jwtVerify(old, keys, { issuer: one.url }), 'the old key is still published');
    }
    offsetMs = 601_000 + 400_000;
    t.same(await publishedKids(one.url), [next]);
  },
);

t.test('a stolen key leaves at once', async (t) => {
  const stolen = await token(one.url);
  const next = await rotateSigningKey(database, masters, { now: now(), leadSeconds: 0 });
  await eventually(async () => (await publishedKids(two.url)).join() === next);
  await eventually(async () => (await publishedKids(one.url)).join() === next);
  t.equal(kidOf(await token(two.url)), next);
  const keys = (await (await fetch(`${one.url}${jwksPath}`)).json()) as { keys: JWK[] };
  await t.rejects(jwtVerify(stolen, createLocalJWKSet(keys)), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  const { rows } = await database.query('select 1 from identity.signing_key');
  t.equal(rows.length, 1, 'and is destroyed');
});
