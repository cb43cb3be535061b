import { retentionPolicy } from '@relais/contracts/retention';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { now } from '../fixture.ts';
import { draft, type File, openFile } from './histories.ts';
import { forgetInactive } from './retention.ts';
import { openStage } from './stage.ts';
import { rowsConsumer } from './system-command.ts';

const stage = await openStage(t);
stage.project();
const { signal } = new AbortController();
const twoYears = retentionPolicy.caseDays * 24;

/** The log says when it was recorded, which is today: the clock is ahead of that by so many hours. */
const inHours = (hours: number) => {
  stage.clock.now = new Date(Date.now() + hours * 3_600_000);
};
const sweep = () => forgetInactive(stage, retentionPolicy, signal);
const forgottenIn = async ({ stream }: File) =>
  (await stage.typesOf(stream)).filter((type) => type === 'case-person-forgotten.v1').length;

const withPartner = async (): Promise<File> => {
  const file = await openFile(stage);
  const { person } = await openFile(stage);
  const identity = await stage.vault.seal(person, 'identity', '{}', {
    ...{ stream: file.stream, eventId: file.case, type: 'case-person-added.v1', field: 'identity' },
  });
  await stage.write(file.stream, {
    type: 'case-person-added.v1',
    data: { person, role: 'partner', identity, contact: null },
  });
  return file;
};

t.test('two years after the last activity everybody of the case is forgotten, once', async (t) => {
  stage.clock.now = new Date(now);
  const file = await withPartner();
  inHours(twoYears - 1);
  t.equal(await sweep(), 0);
  inHours(twoYears + 1);
  t.equal(await sweep(), 3, 'two persons here, and one in the other case');
  t.equal(await forgottenIn(file), 2);
  t.match((await stage.read(file.stream)).at(-1), {
    data: { because: 'retention' },
    metadata: { purpose: 'retention', actor: `system:retention-${retentionPolicy.version}` },
  });
  t.equal(await sweep(), 0);
});

t.test('a sweep that was interrupted is finished by the next one', async (t) => {
  stage.clock.now = new Date(now);
  const file = await withPartner();
  const data = { person: file.person, because: 'retention' };
  const by = `system:retention-${retentionPolicy.version}`;
  await stage.write(file.stream, { type: 'case-person-forgotten.v1', data, by });
  inHours(twoYears + 1);
  t.equal(await sweep(), 2, 'the partner, and one in the other case');
  t.equal(await forgottenIn(file), 2);
});

t.test(
  'what is recorded for a case keeps it, and so does the case it was merged into',
  async (t) => {
    stage.clock.now = new Date(now);
    const [kept, absorbed, other] = [
      await openFile(stage),
      await openFile(stage),
      await openFile(stage),
    ];
    const merge = { merge: kept.case, as: 'absorbed', other: kept.case };
    await stage.write(absorbed.stream, { type: 'case-merged.v1', data: merge });
    // As if all that were long ago, and only this draft were of today.
    await stage.settled(rowsConsumer);
    await stage.database.query(
      `update ${rowsConsumer}.history set recorded_at = recorded_at - interval '3 years'`,
    );
    await stage.database.query(
      `update ${rowsConsumer}.case_file set opened_at = opened_at - interval '3 years'`,
    );
    await draft(stage, kept);
    inHours(0);
    await sweep();
    t.equal(await forgottenIn(kept), 0);
    t.equal(await forgottenIn(absorbed), 0);
    t.equal(await forgottenIn(other), 1);
  },
);

t.test('the keys go with it, whoever sweeps', async (t) => {
  stage.clock.now = new Date(now);
  const file = await openFile(stage);
  const asked = await draft(stage, file);
  const [drafted] = await stage.read(asked.stream);
  if (drafted === undefined) throw new Error('nothing was drafted');
  const { need } = drafted.data as { need: Parameters<typeof stage.vault.open>[0] };
  const at = {
    ...{ stream: asked.stream, eventId: drafted.id },
    ...{ type: 'referral-drafted.v1', field: 'need' },
  };
  t.type(await stage.vault.open(need, at), 'string');
  inHours(twoYears + 1);
  stage.react();
  stage.react();
  await eventually(async () => (await forgottenIn(file)) === 1);
  await stage.settled();
  t.equal(await stage.vault.open(need, at), undefined);
  t.equal(await forgottenIn(file), 1);
});
