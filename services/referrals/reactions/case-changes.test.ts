import { randomUUID } from 'node:crypto';
import { type AssociationId, HandoverId, MergeId } from '@relais/contracts/ids';
import t from 'tap';
import { receiver, referent, sender, stranger } from '../fixture.ts';
import { readCase, readReferral } from '../stored.ts';
import { type File, openFile, send, unread } from './histories.ts';
import { openStage } from './stage.ts';

const stage = await openStage(t);
stage.project();
stage.react();
await stage.settled();

const last = async (stream: string) => (await stage.read(stream)).at(-1);
const count = async (stream: string, type: string) =>
  (await stage.typesOf(stream)).filter((one) => one === type).length;

async function handover(file: File, to: AssociationId) {
  const stream = `handover-${HandoverId.parse(randomUUID())}`;
  const parties = { case: file.case, from: sender, to };
  await stage.write(stream, {
    type: 'handover-requested.v1',
    data: { ...parties, initiator: sender, reason: unread(file) },
  });
  await stage.write(stream, { type: 'handover-accepted.v1', data: { ...parties, referent } });
  return stream;
}

t.test('of two handovers accepted at once one moves the case, the other is void', async (t) => {
  const file = await openFile(stage);
  const asked = await send(stage, file);
  const streams = await Promise.all([handover(file, receiver), handover(file, stranger)]);
  await stage.settled();
  t.equal(await count(file.stream, 'case-handed-over.v1'), 1);
  const ends = (await Promise.all(streams.map(last))).map((record) => record?.type);
  t.same(ends.toSorted(), ['handover-accepted.v1', 'handover-voided.v1']);
  const state = await readCase(stage.log, file.case);
  t.match(state, { owner: ends[0] === 'handover-accepted.v1' ? receiver : stranger });
  t.match(await readReferral(stage.log, asked.id), { sender }, 'open referrals keep their sender');
});

t.test('what was offered or asked of the owner of before ends with the handover', async (t) => {
  const file = await openFile(stage);
  const [offered, asked, put, late, latePut] = [0, 1, 2, 3, 4].map(
    () => `handover-${randomUUID()}`,
  );
  const parties = { case: file.case, from: sender, to: stranger };
  const offer = { ...parties, initiator: sender, reason: null };
  const asking = { ...parties, reason: unread(file) };
  await stage.write(`${offered}`, { type: 'handover-requested.v1', data: offer });
  await stage.write(`${asked}`, { type: 'handover-asked.v1', data: asking });
  const meeting = { case: file.case, owner: sender, to: stranger, meeting: null, reason: null };
  await stage.write(`${put}`, { type: 'reorientation-asked.v2', data: meeting });
  const taken = await handover(file, receiver);
  await stage.settled();
  await stage.write(`${late}`, { type: 'handover-requested.v1', data: offer });
  await stage.write(`${latePut}`, { type: 'reorientation-asked.v2', data: meeting });
  await stage.settled();
  t.match(await last(taken), { type: 'handover-accepted.v1' });
  const because = 'owner-changed';
  for (const stream of [offered, asked, late]) {
    t.match(await last(`${stream}`), { type: 'handover-voided.v1', data: { because } });
  }
  for (const stream of [put, latePut]) {
    const data = { owner: sender, because };
    t.match(await last(`${stream}`), { type: 'reorientation-voided.v1', data });
  }
});

t.test('who takes a case over has it open, though it had once done with it', async (t) => {
  const file = await openFile(stage);
  const data = { association: receiver, reason: 'support_ended' };
  await stage.write(file.stream, { type: 'case-archived.v1', data });
  await handover(file, receiver);
  await stage.settled();
  const state = await readCase(stage.log, file.case);
  t.same(state.status === 'open' && state.archivedBy, []);
  const { rows } = await stage.rows.query(
    'select owner, archives, archived_by from case_file where id = $1',
    [file.case],
  );
  t.same(rows, [{ owner: receiver, archives: [], archived_by: [] }]);
});

async function merge(kept: File, absorbed: File) {
  const stream = `merge-${MergeId.parse(randomUUID())}`;
  const both = { kept: kept.case, absorbed: absorbed.case };
  const data = { ...both, keptOwner: sender, absorbedOwner: sender, reason: 'same_person' };
  await stage.write(stream, { type: 'merge-made.v1', data });
  return { stream, both };
}

async function absorbedBy(file: File) {
  const state = await readCase(stage.log, file.case);
  return state.status === 'open' ? state.absorbed.map((one) => one.case) : undefined;
}

t.test('a merge links both cases, its undoing leaves them as they were', async (t) => {
  const [kept, absorbed] = [await openFile(stage), await openFile(stage)];
  const { stream, both } = await merge(kept, absorbed);
  await stage.settled();
  t.match(await readCase(stage.log, absorbed.case), { mergedInto: { case: kept.case } });
  t.same(await absorbedBy(kept), [absorbed.case]);
  await stage.write(stream, {
    type: 'merge-undone.v1',
    data: { ...both, reason: 'merged_in_error' },
  });
  await stage.settled();
  t.match(await readCase(stage.log, absorbed.case), { mergedInto: null });
  t.same(await absorbedBy(kept), []);
});

t.test('a merge that one case refuses is void, and leaves no link behind', async (t) => {
  const [one, two, three] = [await openFile(stage), await openFile(stage), await openFile(stage)];
  await merge(one, two);
  await stage.settled();
  // `two` is merged into `one` by now: neither can it be absorbed again, nor can it keep another.
  const losers = [await merge(three, two), await merge(two, three)];
  await stage.settled();
  for (const { stream } of losers) t.match(await last(stream), { type: 'merge-voided.v1' });
  t.match(await readCase(stage.log, three.case), { mergedInto: null });
  t.match(await readCase(stage.log, two.case), { mergedInto: { case: one.case } });
  t.same(await absorbedBy(three), []);
  t.same(await absorbedBy(two), []);
});

t.test('two cases merged into each other at once end unmerged, or merged one way', async (t) => {
  const [one, two] = [await openFile(stage), await openFile(stage)];
  const streams = await Promise.all([merge(one, two), merge(two, one)]);
  await stage.settled();
  const standing = [];
  for (const { stream } of streams) {
    if ((await last(stream))?.type === 'merge-made.v1') standing.push(stream);
  }
  const states = await Promise.all([one, two].map((file) => readCase(stage.log, file.case)));
  const pointing = states.filter((state) => state.status === 'open' && state.mergedInto !== null);
  const keeping = states.filter((state) => state.status === 'open' && state.absorbed.length > 0);
  t.ok(standing.length <= 1);
  t.equal(pointing.length, standing.length);
  t.equal(keeping.length, standing.length);
});

t.test('a link that came late and whose process died then goes with its merge', async (t) => {
  const [kept, absorbed] = [await openFile(stage), await openFile(stage)];
  const merged = MergeId.parse(randomUUID());
  const both = { kept: kept.case, absorbed: absorbed.case };
  const data = { ...both, keptOwner: sender, absorbedOwner: sender, reason: 'same_person' };
  // Another process found a case merged elsewhere, and gave this merge up.
  await stage.write(
    `merge-${merged}`,
    { type: 'merge-made.v1', data },
    { type: 'merge-voided.v1', data: { ...both, because: 'already-merged' } },
  );
  await stage.settled();
  const link = { type: 'case-merged.v1', by: 'system:merge-made' };
  await stage.write(absorbed.stream, {
    ...link,
    data: { merge: merged, as: 'absorbed', other: kept.case },
  });
  await stage.write(kept.stream, {
    ...link,
    data: { merge: merged, as: 'kept', other: absorbed.case },
  });
  await stage.settled();
  t.match(await readCase(stage.log, absorbed.case), { mergedInto: null });
  t.same(await absorbedBy(kept), []);
});

t.test(
  'what was void when its process died is neither carried out nor left half done',
  async (t) => {
    const [kept, absorbed] = [await openFile(stage), await openFile(stage)];
    const merged = MergeId.parse(randomUUID());
    await stage.write(absorbed.stream, {
      type: 'case-merged.v1',
      data: { merge: merged, as: 'absorbed', other: kept.case },
    });
    const both = { kept: kept.case, absorbed: absorbed.case };
    const owners = { keptOwner: sender, absorbedOwner: sender };
    await stage.write(
      `merge-${merged}`,
      { type: 'merge-made.v1', data: { ...both, ...owners, reason: 'same_person' } },
      { type: 'merge-voided.v1', data: { ...both, because: 'already-merged' } },
    );
    const parties = { case: kept.case, from: sender, to: receiver };
    await stage.write(
      `handover-${randomUUID()}`,
      { type: 'handover-requested.v1', data: { ...parties, initiator: sender, reason: null } },
      { type: 'handover-accepted.v1', data: { ...parties, referent } },
      { type: 'handover-voided.v1', data: { ...parties, because: 'owner-changed' } },
    );
    await stage.settled();
    t.match(await readCase(stage.log, absorbed.case), { mergedInto: null });
    t.match(await readCase(stage.log, kept.case), { owner: sender });
    t.same(await absorbedBy(kept), []);
  },
);
