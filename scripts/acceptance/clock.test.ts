import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import { environment } from '../environment.ts';
import { equalReplay, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { newCase, newConsent, newOffer, newReferral, shared } from './narrative.ts';
import { openStage, temporaryFolder } from './stage.ts';

t.setTimeout(fileMaxMs);

const clock = join(await temporaryFolder(t), 'clock');
await writeFile(clock, '0');
const { url: databaseUrl } = await freshDatabase(t);
const preload = `--import=${join(import.meta.dirname, 'shifted-clock.ts')}`;
const stage = await openStage(t, {
  databaseUrl,
  processes: { referrals: 2 },
  referralsEnv: {
    NODE_OPTIONS: `${environment.NODE_OPTIONS ?? ''} ${preload}`,
    RELAIS_TEST_CLOCK: clock,
  },
});
const { database } = stage;
const { referrals, resources } = stage.services;
const sender = stage.partner('accueil-grande-synthe');
const receiver = stage.partner('cimade');
const base = `${referrals[0]?.url}/v1`;
const hourMs = 3_600_000;
const tag = ({ headers }: { headers: Headers }) => ({ etag: headers.get('etag') ?? '' });

/** Steps the clock of both processes; true time goes on for everybody else. */
async function step(hours: number): Promise<void> {
  await writeFile(clock, String(hours * hourMs));
  for (const service of referrals) process.kill(service.pid() ?? 0, 'SIGUSR2');
}

const firedFor = async (id: string): Promise<string[]> => {
  const { rows } = await database.query<{ type: string }>(
    `select type from event_log.event where stream = $1
     and type ~ '^referral-(reminded|escalated|expired)' order by revision`,
    [`referral-${id}`],
  );
  return rows.map(({ type }) => type);
};
const owners = async (): Promise<unknown[]> =>
  (await database.query('select name, owner, epoch from event_log.consumer order by name')).rows;

t.test('a clock that steps moves no lease and fires no timer twice', async (t) => {
  const hours = (count: number) => count * 3_600;
  const deadlines = {
    ...{ acknowledgeSeconds: hours(1), decideSeconds: hours(8), graceSeconds: hours(1) },
  };
  const offer = await receiver.post(`${resources[0]?.url}/v1/offers`, {
    body: newOffer('Réponse dans la journée', { deadlines }),
  });
  const opened = await sender.post(`${base}/cases`, { body: newCase() });
  const file = `${base}/cases/${opened.body.id}`;
  await sender.post(`${file}/consents`, { body: newConsent([receiver.client.association]) });
  const read = await sender.get(`${file}?waitFor=${opened.body.position}`);
  const drafted = await sender.post(`${base}/referrals`, {
    body: newReferral(opened.body.id, read.body.persons[0].person, offer.body.id),
  });
  const id: string = drafted.body.id;
  const sent = await sender.post(`${base}/referrals/${id}/send`, {
    body: shared,
    ...tag(drafted),
  });
  t.equal(sent.status, 200);
  await eventually('every consumer has an owner', async () => {
    const { rows } = await database.query('select 1 from event_log.consumer where owner is null');
    return rows.length === 0 ? true : undefined;
  });
  const before = await owners();

  await step(2);
  await until('the first reminder', async () => (await firedFor(id)).length === 1);
  await step(-24);
  await settled(stage);
  await step(2);
  await settled(stage);
  t.same(await firedFor(id), ['referral-reminded.v1'], 'the reminder came once');
  await step(7);
  await until('the second reminder', async () => (await firedFor(id)).length === 2);
  await step(0);
  t.same(await owners(), before, 'the same processes are at work as before');
  await step(24);
  await until('expiry', async () => (await firedFor(id)).includes('referral-expired.v1'));
  await step(0);
  await settled(stage);
  t.same(await firedFor(id), [
    'referral-reminded.v1',
    'referral-reminded.v1',
    'referral-escalated.v1',
    'referral-expired.v1',
  ]);
  const after = await sender.post(`${base}/cases`, { body: newCase() });
  t.equal(after.status, 201, 'and everybody goes on');
});

t.test('after all this the rows are those of a fresh replay', async (t) => {
  await settled(stage);
  await wholeLog(t, stage);
  await equalReplay(t, stage);
});
