import { createHash } from 'node:crypto';
import type { Recorded } from '@relais/event-log/log';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import { equalReplay, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { newCase, newConsent, newOffer, newReferral, shared } from './narrative.ts';
import type { Partner, Reply } from './partner.ts';
import { openStage } from './stage.ts';

t.setTimeout(fileMaxMs);

const { url: databaseUrl } = await freshDatabase(t);
const stage = await openStage(t, { databaseUrl, processes: { referrals: 2, resources: 2 } });
const { services } = stage;
const [one, two] = services.referrals.map(({ url }) => `${url}/v1`);
const identity = `${services.identity[0]?.url}/v1`;
const administrator = stage.partner('carrefour-des-solidarites', 'administrator');
const sender = stage.partner('accueil-grande-synthe');
const receiver = stage.partner('cimade');
const coordinator = stage.partner('carrefour-des-solidarites', 'coordinator');
const tagOf = ({ headers }: Reply) => ({ etag: headers.get('etag') ?? '' });

/** A read that partners may do, in every process of every service that knows clients. */
const readable: readonly string[] = [
  ...services.referrals.map(({ url }) => `${url}/v1/offers`),
  ...services.resources.map(({ url }) => `${url}/v1/offers`),
  `${identity}/associations`,
];

/** Resolves once every process answers `status`, to how long that took. */
async function everywhere(who: Partner, status: number, since: number): Promise<number> {
  await Promise.all(
    readable.map((url) => until(url, async () => (await who.get(url)).status === status)),
  );
  return Math.round(performance.now() - since);
}

async function changeClient({ client }: Partner, action: string, body: object): Promise<Reply> {
  const url = `${identity}/clients/${client.clientId}`;
  const { etag } = tagOf(await administrator.get(url));
  return administrator.post(`${url}/${action}`, { body, etag });
}

t.test('a client that is disabled is out everywhere within a second or so', async (t) => {
  const loser = stage.partner('aurore');
  await everywhere(loser, 200, performance.now());
  const since = performance.now();
  const reply = await changeClient(loser, 'disable', { reason: 'key-compromised' });
  t.match(reply.body, { state: 'disabled' });
  const tookMs = await everywhere(loser, 401, since);
  // A second is promised; a machine that runs other tests at the same time gets a few.
  t.ok(tookMs < 5_000, `refused by ${readable.length} processes after ${tookMs} ms`);
  const refused = await loser.get(readable[0] ?? '');
  t.match(refused.body, { code: 'client-disabled' });
  await t.rejects(loser.renew('referrals'), /no token/);
  t.equal((await receiver.get(readable[0] ?? '')).status, 200, 'others go on');

  t.equal((await changeClient(loser, 'enable', {})).status, 200);
  await eventually('tokens are given and taken again', async () => {
    await loser.renew('referrals').catch(() => undefined);
    const reply = await loser.get(readable[0] ?? '').catch(() => undefined);
    return reply?.status === 200 ? reply : undefined;
  });
});

t.test('another role takes the old token away and gives other rights', async (t) => {
  const loser = stage.partner('caracol');
  await everywhere(loser, 200, performance.now());
  const since = performance.now();
  const changed = await changeClient(loser, 'rights', { role: 'auditor', remit: [] });
  t.equal(changed.status, 200);
  const tookMs = await everywhere(loser, 401, since);
  t.ok(tookMs < 5_000, `the old token is refused everywhere after ${tookMs} ms`);
  await eventually('a new token is taken', async () => {
    await loser.renew('referrals');
    return (await loser.get(`${one}/offers`)).status === 200 ? true : undefined;
  });
  const command = await loser.post(`${two}/cases`, { body: newCase() });
  t.match(command.body, { status: 403, code: 'role-not-allowed' });
});

t.test('of a person who is forgotten nothing is left in any read path', async (t) => {
  const name = 'Nom-Qui-Disparaîtra';
  const published = await receiver.post(`${services.resources[0]?.url}/v1/offers`, {
    body: newOffer('Une permanence'),
  });
  const opened = await sender.post(`${one}/cases`, { body: newCase(name) });
  const file = `/cases/${opened.body.id}`;
  const seen = await sender.get(`${two}${file}?waitFor=${opened.body.position}`);
  const { person } = seen.body.persons[0];
  const consent = newConsent([receiver.client.association]);
  await sender.post(`${one}${file}/consents`, { body: consent });
  const goal = await sender.post(`${one}${file}/set-goal`, {
    body: { text: `Un toit pour ${name}` },
    ...tagOf(opened),
  });
  const noted = await sender.post(`${one}${file}/add-shared-note`, {
    body: { text: `${name} attend` },
    ...tagOf(goal),
  });
  const need = { need: `${name} demande un rendez-vous` };
  const drafted = await eventually('the offer is known', async () => {
    const body = { ...newReferral(opened.body.id, person, published.body.id), ...need };
    const reply = await sender.post(`${one}/referrals`, { body });
    return reply.status === 201 ? reply : undefined;
  });
  const referral = `/referrals/${drafted.body.id}`;
  const sent = await sender.post(`${one}${referral}/send`, { body: shared, ...tagOf(drafted) });

  const paths: readonly (readonly [Partner, string])[] = [
    [sender, file],
    [sender, `${file}/subject-export`],
    [sender, `${file}/timeline`],
    [sender, `${file}/consents`],
    [sender, referral],
    [receiver, referral],
    [receiver, `${referral}/timeline`],
    [receiver, '/inbox'],
    [coordinator, file],
    [coordinator, referral],
  ];
  const readAll = (base = '') =>
    Promise.all(paths.map(async ([who, path]) => ({ path, ...(await who.get(`${base}${path}`)) })));
  const before = await eventually('everybody can read', async () => {
    await sender.get(`${one}${file}?waitFor=${sent.body.position}`);
    const all = [...(await readAll(one)), ...(await readAll(two))];
    return all.every(({ status }) => status === 200) ? all : undefined;
  });
  const naming = before.filter(({ text }) => text.includes(name)).map(({ path }) => path);
  t.ok(naming.length >= 8, `${naming.length} of ${before.length} answers name the person`);
  await settled(stage);
  const kept = fingerprint(await wholeLog(t, stage));

  const since = performance.now();
  const forgotten = await sender.post(`${one}${file}/forget-person`, {
    body: { person },
    ...tagOf(noted),
  });
  t.equal(forgotten.status, 200);
  const after = await eventually('nobody reads the name any more', async () => {
    const all = [...(await readAll(one)), ...(await readAll(two))];
    return all.some(({ text }) => text.includes(name)) ? undefined : all;
  });
  const tookMs = Math.round(performance.now() - since);
  t.ok(tookMs < 30_000, `forgotten in both processes after ${tookMs} ms`);
  t.same([...new Set(after.map(({ status }) => status))], [200], 'everything else stays readable');
  const again = await eventually('the rows say so', async () => {
    const reply = await sender.get(`${two}${file}?waitFor=${forgotten.body.position}`);
    return reply.status === 200 ? reply : undefined;
  });
  t.match(again.body.persons, [{ person, identity: null, forgotten: true }]);

  await settled(stage);
  const records = await wholeLog(t, stage);
  const old = records.filter(({ position }) => position <= kept.position);
  t.equal(fingerprint(old).hash, kept.hash, 'the log is what it was, byte for byte');
  t.notOk(JSON.stringify(records.map(({ data }) => data)).includes(name));
  await equalReplay(t, stage);
});

/** Of everything the log holds. */
function fingerprint(records: readonly Recorded[]): { hash: string; position: bigint } {
  const hash = createHash('sha256');
  for (const { position, revision, ...record } of records) {
    hash.update(JSON.stringify([`${position} ${revision}`, record]));
  }
  return { hash: hash.digest('hex'), position: records.at(-1)?.position ?? 0n };
}
