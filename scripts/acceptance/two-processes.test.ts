import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import { equalReplay, referralRows, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { bringAcrossDeaths } from './importing.ts';
import { newCase, newConsent, newOffer, newReferral, shared } from './narrative.ts';
import { openStage } from './stage.ts';
import { withdrawAcrossDeaths } from './withdrawing.ts';

t.setTimeout(fileMaxMs);

const { url: databaseUrl } = await freshDatabase(t);
const stage = await openStage(t, { databaseUrl, processes: { referrals: 2, resources: 2 } });
const { database, services } = stage;
const sender = stage.partner('accueil-grande-synthe');
const receiver = stage.partner('cimade');
const [places, requests] = [7, 200];

/** The n-th process in turn. */
const at = (n: number, name: 'referrals' | 'resources' = 'referrals'): string =>
  `${services[name][n % 2]?.url}/v1`;
const tagOf = (reply: { headers: Headers }) => ({ etag: reply.headers.get('etag') ?? '' });
const times = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

async function publish(title: string, more: object): Promise<string> {
  const reply = await receiver.post(`${at(0, 'resources')}/offers`, {
    body: newOffer(title, more),
  });
  return reply.body.id;
}

const opened = await sender.post(`${at(0)}/cases`, { body: newCase() });
const file: string = opened.body.id;
await sender.post(`${at(1)}/cases/${file}/consents`, {
  body: newConsent([receiver.client.association]),
});
const read = await sender.get(`${at(1)}/cases/${file}?waitFor=${opened.body.position}`);
const person: string = read.body.persons[0].person;

/** Drafted at one process, sent at the other. */
async function refer(offer: string, n: number) {
  const drafted = await sender.post(`${at(n)}/referrals`, {
    body: newReferral(file, person, offer),
  });
  const path = `referrals/${drafted.body.id}/send`;
  return sender.post(`${at(n + 1)}/${path}`, { body: shared, ...tagOf(drafted) });
}

type Owned = { readonly name: string; readonly owner: string | null; readonly epoch: bigint };
const owners = async (): Promise<Owned[]> =>
  (await database.query<Owned>('select name, owner, epoch from event_log.consumer order by name'))
    .rows;
const processOf = (owner: string | null): number => Number(owner?.split(':').at(-1));

t.test('each consumer is one process’s at a time', async (t) => {
  const all = Object.values(services).flat();
  const owned = await eventually('every consumer has an owner', async () => {
    const rows = await owners();
    return rows.every(({ owner }) => owner !== null) ? rows : undefined;
  });
  for (const { name, owner } of owned) {
    t.ok(
      all.some((service) => service.pid() === processOf(owner)),
      `${name} is of ${owner}`,
    );
    const said = stage.lines.filter((line) => isAbout(line, name, 'leading')).length;
    const left = stage.lines.filter((line) => isAbout(line, name, 'standing-by')).length;
    t.equal(said - left, 1, `one process leads ${name}`);
  }
});

const isAbout = (line: string, consumer: string, event: string): boolean =>
  line.includes(`"consumer":"${consumer}"`) && line.includes(`"event":"${event}"`);

t.test('of fifty writers on one revision exactly one wins', async (t) => {
  const before = await sender.get(`${at(0)}/cases/${file}`);
  const etag = `"${before.body.revision}"`;
  const replies = await Promise.all(
    times(50).map((n) =>
      sender.post(`${at(n)}/cases/${file}/set-goal`, { body: { text: `But ${n}` }, etag }),
    ),
  );
  const statuses = replies.map(({ status }) => status);
  t.equal(statuses.filter((status) => status === 200).length, 1);
  t.equal(statuses.filter((status) => status === 412 || status === 409).length, 49);
  const won = replies.find(({ status }) => status === 200);
  const after = await sender.get(`${at(1)}/cases/${file}?waitFor=${won?.body.position}`);
  t.equal(after.body.revision, won?.body.revision);
  t.equal(after.body.goals.length, before.body.goals.length + 1);
});

t.test('a hundred requests with one key have one effect and one answer', async (t) => {
  const body = newCase();
  const key = randomUUID();
  const head = await stage.log.head();
  const replies = await Promise.all(
    times(100).map((n) =>
      eventually('the command is over', async () => {
        const reply = await sender.post(`${at(n)}/cases`, { body, key });
        return reply.body?.code === 'idempotency-key-in-use' ? undefined : reply;
      }),
    ),
  );
  t.same([...new Set(replies.map(({ status }) => status))], [201]);
  t.equal(new Set(replies.map(({ text }) => text)).size, 1, 'the same bytes');
  t.equal(new Set(replies.map(({ headers }) => headers.get('etag'))).size, 1);
  t.equal((await stage.log.head()) - head, 1n, 'one event');
  const other = await sender.post(`${at(1)}/cases`, { body: newCase(), key });
  t.equal(other.status, 422, 'another request with that key is refused');
});

t.test('the last places go to as many as there are', async (t) => {
  const offer = await publish('Les dernières places', { kind: 'place', places });
  const sent: { id: string; etag: string }[] = [];
  await Promise.all(
    times(10).map(async (line) => {
      for (let n = 0; n < requests / 10; n++) {
        const reply = await refer(offer, line + n);
        sent.push({ id: reply.body.id, ...tagOf(reply) });
      }
    }),
  );
  const asked = await Promise.all(
    sent.map(({ id, etag }, n) => receiver.post(`${at(n)}/referrals/${id}/accept`, { etag })),
  );
  t.same([...new Set(asked.map(({ status }) => status))], [200]);
  const statesOf = async () => {
    const { rows } = await database.query<{ state: string; pending: boolean }>(
      `select state, pending_acceptance is not null as pending from ${referralRows}.referral where id = any ($1)`,
      [sent.map(({ id }) => id)],
    );
    return rows;
  };
  const states = await eventually('every request is answered', async () => {
    await settled(stage);
    const rows = await statesOf();
    return rows.some(({ pending }) => pending) ? undefined : rows;
  });
  t.equal(states.filter(({ state }) => state === 'accepted').length, places);
  t.equal(states.filter(({ state }) => state === 'sent').length, requests - places);
  for (const process of [0, 1]) {
    const pool = await receiver.get(`${at(process, 'resources')}/offers/${offer}/places`);
    t.match(pool.body, { capacity: places, reserved: places, available: 0 });
  }
});

t.test('who leads and is killed is followed within seconds; timers fire once', async (t) => {
  const deadlines = { acknowledgeSeconds: 1, decideSeconds: 3, graceSeconds: 1 };
  const offer = await publish('Réponse en secondes', { deadlines });
  const sent = await Promise.all(times(6).map((n) => refer(offer, n)));
  const ids: string[] = sent.map(({ body }) => body.id);
  const leader = (await owners()).find(({ name }) => name === 'referrals-deadlines');
  const victim = services.referrals.find((one) => one.pid() === processOf(leader?.owner ?? null));
  const other = services.referrals.find((one) => one !== victim);
  await until('a first timer has fired', () => hasFired('reminded'));
  process.kill(victim?.pid() ?? 0, 'SIGKILL');
  const since = performance.now();
  const written = await sender.post(`${other?.url}/v1/cases`, { body: newCase() });
  t.equal(written.status, 201, 'the other one goes on');
  await until('somebody else leads', async () =>
    (await owners()).every(
      ({ owner }) => owner !== null && processOf(owner) !== processOf(leader?.owner ?? null),
    ),
  );
  const tookMs = Math.round(performance.now() - since);
  t.ok(tookMs < 15_000, `taken over after ${tookMs} ms`);
  const seen = await eventually('its rows go on', async () => {
    const url = `${other?.url}/v1/cases/${written.body.id}?waitFor=${written.body.position}`;
    const reply = await sender.get(url);
    return reply.status === 200 ? reply : undefined;
  });
  t.equal(seen.body.id, written.body.id);
  await until('all have expired', async () => (await fired('expired')).length === ids.length);
  await settled(stage);
  t.equal((await fired('reminded')).length, 2 * ids.length);
  t.equal((await fired('escalated')).length, ids.length);
  t.equal((await fired('expired')).length, ids.length);
  await stage.ready(...services.referrals);

  async function fired(what: string): Promise<unknown[]> {
    const { rows } = await database.query(
      'select stream from event_log.event where type = $1 and stream = any ($2)',
      [`referral-${what}.v1`, ids.map((id) => `referral-${id}`)],
    );
    return rows;
  }
  async function hasFired(what: string): Promise<boolean> {
    return (await fired(what)).length > 0;
  }
});

t.test('a directory comes in once', (t) => bringAcrossDeaths(t, stage, receiver));
t.test('sessions end with their offer', (t) => withdrawAcrossDeaths(t, stage, receiver, sender));

t.test('after all this the rows are those of a fresh replay', async (t) => {
  await settled(stage);
  await wholeLog(t, stage);
  await equalReplay(t, stage);
});
