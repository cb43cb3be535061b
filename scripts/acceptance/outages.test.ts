import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { freePort, startEmbedded } from '@relais/postgres/embedded';
import t, { type Test } from 'tap';
import { equalReplay, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { newCase, newConsent } from './narrative.ts';
import type { Reply } from './partner.ts';
import { openStage, temporaryFolder } from './stage.ts';

t.setTimeout(fileMaxMs);

const options = { dataDir: join(await temporaryFolder(t), 'postgres'), port: await freePort() };
let server = await startEmbedded(options);
t.teardown(() => server.stop());
const stage = await openStage(t, { databaseUrl: server.url, processes: { referrals: 2 } });
const [first, second] = stage.services.referrals;
const identity = stage.services.identity[0];
const all = Object.values(stage.services).flat();
const sender = stage.partner('accueil-grande-synthe');
const receiver = stage.partner('cimade');
const cases = `${first?.url}/v1/cases`;

/** 503 with a number of seconds to wait, and a problem that says no more than that. */
function isUnavailable(t: Test, reply: Reply, what: string): void {
  t.match(reply, { status: 503, body: { status: 503 } }, what);
  t.match(reply.headers.get('retry-after'), /^\d+$/, `${what}: Retry-After`);
}

const accepted = (send: () => Promise<Reply>): Promise<Reply> =>
  eventually('the command is accepted', async () => {
    const reply = await send();
    return reply.status < 300 ? reply : undefined;
  });

for (const end of ['stopped', 'killed'] as const) {
  t.test(`PostgreSQL is ${end} and started again`, async (t) => {
    const opened = await sender.post(cases, { body: newCase() });
    const path = `${cases}/${opened.body.id}`;
    t.equal((await sender.get(`${path}?waitFor=${opened.body.position}`)).status, 200);
    const pids = all.map((service) => service.pid());
    if (end === 'killed') process.kill(server.pid, 'SIGKILL');
    await server.stop();

    const create = { body: newCase(), key: randomUUID() };
    const change = {
      ...{ body: { text: 'Un toit' }, key: randomUUID() },
      etag: `"${opened.body.revision}"`,
    };
    const consent = { body: newConsent([receiver.client.association]), key: randomUUID() };
    const [created, changed, consented, read, health] = await Promise.all([
      sender.post(cases, create),
      sender.post(`${path}/set-goal`, change),
      sender.post(`${path}/consents`, consent),
      sender.get(path),
      fetch(`${first?.url}/health/ready`),
    ]);
    isUnavailable(t, created, 'a command that creates');
    isUnavailable(t, changed, 'a command that changes');
    isUnavailable(t, consented, 'another one');
    isUnavailable(t, read, 'a read');
    t.equal(health.status, 503);
    t.equal((await fetch(`${first?.url}/health/live`)).status, 200);

    server = await startEmbedded(options);
    await stage.ready(...all);
    const before = await stage.log.head();
    const again = await accepted(() => sender.post(cases, create));
    const goal = await accepted(() => sender.post(`${path}/set-goal`, change));
    const given = await accepted(() => sender.post(`${path}/consents`, consent));
    t.equal((await stage.log.head()) - before, 3n, 'nothing had been half done');
    for (const { id, position } of [again.body, { ...goal.body, position: given.body.position }]) {
      const url = `${second?.url}/v1/cases/${id}?waitFor=${position}`;
      await until('the rows go on', async () => (await sender.get(url)).status === 200);
    }
    t.same(
      all.map((service) => service.pid()),
      pids,
      'no process had to be started again',
    );
  });
}

t.test(
  'identity is away: verified tokens go on, keys that are not known yet are waited for',
  async (t) => {
    await sender.renew('referrals');
    t.equal((await sender.get(cases)).status, 200);
    // Stopped, not ended: connections to it are accepted and never answered.
    process.kill(identity?.pid() ?? 0, 'SIGSTOP');
    try {
      t.equal((await sender.post(cases, { body: newCase() })).status, 201);
      const before = second?.pid() ?? 0;
      process.kill(before, 'SIGKILL');
      await until('it is back', () => second?.pid() !== before);
      if (second) await stage.ready(second);
      const unknown = await sender.get(`${second?.url}/v1/cases`);
      isUnavailable(t, unknown, 'a process that has no keys');
      t.equal((await sender.get(cases)).status, 200, 'the one that has them goes on');
    } finally {
      process.kill(identity?.pid() ?? 0, 'SIGCONT');
    }
    const url = `${second?.url}/v1/cases`;
    await until('the keys are found', async () => (await sender.get(url)).status === 200);
  },
);

t.test('after all this the rows are those of a fresh replay', async (t) => {
  await settled(stage);
  const records = await wholeLog(t, stage);
  t.equal(records.at(-1)?.position, BigInt(records.length), 'positions have no gaps');
  await equalReplay(t, stage);
});
