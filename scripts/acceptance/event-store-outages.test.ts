import { randomUUID } from 'node:crypto';
import { startDouble } from '@relais/event-log/double/server';
import { freePort } from '@relais/postgres/embedded';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import { equalReplay, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { newCase } from './narrative.ts';
import { openStage } from './stage.ts';

t.setTimeout(fileMaxMs);

const double = await startDouble();
t.teardown(() => double.close());
const { url: databaseUrl } = await freshDatabase(t);
const stage = await openStage(t, { databaseUrl, eventStoreUrl: double.url });
const all = Object.values(stage.services).flat();
const pids = all.map((service) => service.pid());
const sender = stage.partner('accueil-grande-synthe');
const cases = `${stage.services.referrals[0]?.url}/v1/cases`;

const { faults } = double;
/** What was appended; the server's own events lie in between. */
const since = (known: number) =>
  double.state.all.slice(known).filter(({ stream }) => !stream.startsWith('$'));
const nowhere = { host: '127.0.0.1', port: await freePort() };
const troubles: readonly {
  readonly name: string;
  readonly begin: () => Promise<void> | void;
  readonly end: () => Promise<void> | void;
}[] = [
  { name: 'is unreachable', begin: () => double.refuse(), end: () => double.listen() },
  {
    name: 'is not the leader, and the leader is nowhere',
    begin: () => void Object.assign(faults, { leader: nowhere }),
    end: () => void Object.assign(faults, { leader: undefined }),
  },
  {
    name: 'is too slow',
    begin: () => void Object.assign(faults, { slowMs: 5_000 }),
    end: () => void Object.assign(faults, { slowMs: 0 }),
  },
];

for (const { name, begin, end } of troubles) {
  t.test(`the event store ${name}`, async (t) => {
    const opened = await sender.post(cases, { body: newCase() });
    t.equal(opened.status, 201);
    const known = double.state.all.length;
    await begin();
    const create = { body: newCase(), key: randomUUID() };
    const change = {
      ...{ body: { text: 'Un toit' }, key: randomUUID() },
      etag: `"${opened.body.revision}"`,
    };
    const path = `${cases}/${opened.body.id}/set-goal`;
    const refused = await Promise.all([sender.post(cases, create), sender.post(path, change)]);
    for (const reply of refused) {
      t.match(reply, { status: 503, body: { status: 503 } });
      t.match(reply.headers.get('retry-after'), /^\d+$/, 'Retry-After');
    }
    await end();
    const created = await eventually('it can be repeated', async () => {
      const reply = await sender.post(cases, create);
      return reply.status === 201 ? reply : undefined;
    });
    const changed = await eventually('and the other one', async () => {
      const reply = await sender.post(path, change);
      return reply.status === 200 ? reply : undefined;
    });
    const ours = since(known).filter(({ stream }) => stream.startsWith('case-'));
    t.equal(ours.length, 2, 'one event each, whether it had arrived or not');
    for (const { id, position } of [created.body, changed.body]) {
      const url = `${cases}/${id}?waitFor=${position}`;
      await until('the rows go on', async () => (await sender.get(url)).status === 200);
    }
  });
}

for (const fault of ['cut-before', 'cut-after', 'silent'] as const) {
  t.test(`the connection to it is ${fault} while a command is appended`, async (t) => {
    const known = double.state.all.length;
    const create = { body: newCase(), key: randomUUID() };
    faults.nextAppend = fault;
    const created = await eventually('the command is answered', async () => {
      const reply = await sender.post(cases, create);
      return reply.status === 201 ? reply : undefined;
    });
    t.same(
      since(known).map(({ stream }) => stream),
      [`case-${created.body.id}`],
      'one event',
    );
  });
}

t.test(
  'followers have resumed by themselves, and the rows are those of a fresh replay',
  async (t) => {
    await settled(stage);
    await wholeLog(t, stage);
    await equalReplay(t, stage);
    t.same(
      all.map((service) => service.pid()),
      pids,
      'no process had to be started again',
    );
  },
);
