import { randomUUID } from 'node:crypto';
import { PersonId } from '@relais/contracts/ids';
import { retentionPolicy } from '@relais/contracts/retention';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { now, sender } from '../fixture.ts';
import { draft, type File, openFile } from './histories.ts';
import { forgetInactive } from './retention.ts';
import { openStage, type Running } from './stage.ts';
import { rowsConsumer } from './system-command.ts';

const stage = await openStage(t);
stage.project();
const { signal } = new AbortController();
const reacting: Running[] = [];
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
  await join(file, 'Autre Inventé', person);
  return file;
};

/** The identity as it is sealed into the event that it comes with. */
async function tell(file: File, type: string, person: PersonId, called: string, more = {}) {
  const at = { stream: file.stream, eventId: randomUUID(), type, field: 'identity' };
  const [givenName, familyName = null] = called.split(' ');
  const told = { givenName, familyName, birthDate: null, sex: null };
  const sealed = await stage.vault.seal(person, 'identity', JSON.stringify(told), at);
  const data = { person, identity: sealed, ...more };
  await stage.write(file.stream, { id: at.eventId, type, data });
  return { person, opens: () => stage.vault.open(sealed, at) };
}

const join = (file: File, called: string, person = PersonId.parse(randomUUID())) =>
  tell(file, 'case-person-added.v1', person, called, { role: 'partner', contact: null });

const rename = (file: File, called: string) =>
  tell(file, 'case-identity-corrected.v1', file.person, called);

async function merge(kept: File, absorbed: File, reason = 'same_person') {
  const stream = `merge-${randomUUID()}`;
  const both = { kept: kept.case, absorbed: absorbed.case };
  const data = { ...both, keptOwner: sender, absorbedOwner: sender, reason };
  await stage.write(stream, { type: 'merge-made.v1', data });
  return { stream, both };
}

const forget = (file: File, person: PersonId = file.person) =>
  stage.write(file.stream, {
    type: 'case-person-forgotten.v1',
    data: { person, because: 'request' },
  });

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
  reacting.push(stage.react(), stage.react());
  await eventually(async () => (await forgottenIn(file)) === 1);
  await stage.settled();
  t.equal(await stage.vault.open(need, at), undefined);
  t.equal(await forgottenIn(file), 1);
});

t.test('who is forgotten in one of merged files is forgotten in all of them', async (t) => {
  stage.clock.now = new Date();
  const [first, second, third] = [
    await openFile(stage),
    await openFile(stage),
    await openFile(stage),
  ];
  const inSecond = await rename(second, 'Kanari Inventé');
  // A text that does not open where it stands holds up nobody's forgetting.
  const broken = await stage.vault.seal(first.person, 'identity', '{}', {
    ...{ stream: 'case-x', eventId: randomUUID(), type: 'x', field: 'x' },
  });
  const entry = { person: PersonId.parse(randomUUID()), role: 'other', contact: null };
  const data = { ...entry, identity: broken };
  await stage.write(first.stream, { type: 'case-person-added.v1', data });
  const [partner, same] = [await join(first, 'Zahra'), await join(second, 'zahrā')];
  const lower = await merge(second, first);
  await stage.settled();
  await merge(third, second, 'entered_twice');
  await stage.settled();
  await forget(first);
  await stage.settled();
  t.equal(await inSecond.opens(), undefined, 'spelt otherwise, but whom the file is of');
  t.equal(await forgottenIn(third), 1, 'and on along the line');
  t.type(await same.opens(), 'string', 'nobody else');
  await forget(second, same.person);
  await stage.settled();
  t.equal(await partner.opens(), undefined, 'a member of the household by the name');
  const undone = { ...lower.both, reason: 'different_persons' };
  await stage.write(lower.stream, { type: 'merge-undone.v1', data: undone });
  await stage.settled();
  t.equal(await inSecond.opens(), undefined, 'the undoing brings nobody back');
});

t.test('forgetting reaches nobody else of a household, nor a file told apart', async (t) => {
  const [his, hers, apart] = [await openFile(stage), await openFile(stage), await openFile(stage)];
  const [she, heThere] = [await rename(hers, 'Zahra'), await join(hers, 'Canari Inventé')];
  const undone = await merge(his, apart);
  await merge(his, hers, 'same_household');
  await stage.settled();
  const end = { ...undone.both, reason: 'different_persons' };
  await stage.write(undone.stream, { type: 'merge-undone.v1', data: end });
  await stage.settled();
  await forget(his);
  await stage.settled();
  t.type(await she.opens(), 'string');
  t.equal(await heThere.opens(), undefined);
  t.equal(await forgottenIn(apart), 0);
});

t.test('who is forgotten while a merge links the files is forgotten in both', async (t) => {
  const [kept, absorbed] = [await openFile(stage), await openFile(stage)];
  const there = await rename(kept, 'Kanari');
  const [child, childThere] = [await join(absorbed, 'Zahra'), await join(kept, 'zahrā')];
  await Promise.all(reacting.map(({ stop }) => stop()));
  await merge(kept, absorbed);
  for (const person of [child.person, absorbed.person]) await forget(absorbed, person);
  stage.react();
  await stage.settled();
  t.equal(await there.opens(), undefined);
  t.equal(await childThere.opens(), undefined, 'a member of the household, too');
  t.equal(await forgottenIn(kept), 2);
});
