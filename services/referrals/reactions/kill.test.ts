import { randomUUID } from 'node:crypto';
import { HandoverId, MergeId, ReferralId } from '@relais/contracts/ids';
import { type Child, startChild } from '@relais/event-log/fixtures/child';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { receiver, referent, sender, stranger } from '../fixture.ts';
import { forgetPerson } from './forgetting.ts';
import {
  type Asked,
  type File,
  openFile,
  partiesOf,
  requestPlace,
  send,
  withdrawal,
} from './histories.ts';
import { openStage } from './stage.ts';

const stage = await openStage(t);
const script = new URL('./react-process.ts', import.meta.url).href;
const running = new Set<Child>();
t.teardown(() => Promise.all([...running].map((child) => child.kill())));

const start = (): Child => {
  const child = startChild(script, stage.url, stage.secret);
  running.add(child);
  return child;
};
async function kill(child: Child) {
  await child.kill();
  running.delete(child);
}

const mergeOf = (kept: File, absorbed: File) => ({
  type: 'merge-made.v1',
  data: {
    ...{ kept: kept.case, absorbed: absorbed.case, reason: 'same_person' },
    ...{ keptOwner: sender, absorbedOwner: sender },
  },
});
const forgotten = ({ person }: File) => ({
  type: 'case-person-forgotten.v1',
  data: { person, because: 'request' },
});

/** Something of each kind to react to. */
async function write() {
  const recipients = { associations: [receiver, stranger], openToEligible: false };
  const [file, other, third] = await Promise.all([
    openFile(stage, { recipients }),
    openFile(stage),
    openFile(stage),
  ]);
  const [redirected, placed, waiting] = await Promise.all([
    send(stage, file),
    send(stage, file, 'placement'),
    send(stage, other),
  ]);
  const child = ReferralId.parse(randomUUID());
  await stage.write(redirected.stream, {
    type: 'referral-redirected.v1',
    data: {
      ...{ ...partiesOf(file), by: 'receiver', child, text: null },
      target: { to: 'association', association: stranger },
    },
  });
  const { event, offer, reservation } = requestPlace(placed);
  await stage.write(placed.stream, event);
  const held = { offer, referral: placed.id, reservation };
  await stage.write(`place-pool-${offer}`, { type: 'place-reserved.v1', data: held });
  await stage.write(other.consents, withdrawal(other));
  await stage.write(`merge-${MergeId.parse(randomUUID())}`, mergeOf(other, third));
  const moved = { case: file.case, from: sender, to: receiver };
  const handover = `handover-${HandoverId.parse(randomUUID())}`;
  await stage.write(handover, {
    type: 'handover-requested.v1',
    data: { ...moved, initiator: sender, reason: null },
  });
  await stage.write(handover, { type: 'handover-accepted.v1', data: { ...moved, referent } });
  await stage.write(third.stream, forgotten(third));
  return { file, other, third, child, placed, waiting };
}

const typesAfter = async (stream: string, count: number) =>
  (await stage.typesOf(stream)).slice(count);
const opensAgain = async ({ stream, file }: Asked) => {
  const [drafted] = await stage.read(stream);
  if (drafted === undefined) throw new Error(`${stream} is empty`);
  const { need } = drafted.data as { need: Parameters<typeof stage.vault.open>[0] };
  const at = { stream, eventId: drafted.id, type: drafted.type, field: 'need' };
  return file.person === need.person && (await stage.vault.open(need, at)) !== undefined;
};

t.test('nobody is forgotten in one merged file before the other is linked too', async (t) => {
  const rows = stage.project();
  const [kept, absorbed] = [await openFile(stage), await openFile(stage)];
  const merge = MergeId.parse(randomUUID());
  await stage.write(`merge-${merge}`, mergeOf(kept, absorbed));
  const data = { merge, as: 'absorbed', other: kept.case };
  await stage.write(absorbed.stream, { type: 'case-merged.v1', data });
  const record = await stage.write(absorbed.stream, forgotten(absorbed));
  await forgetPerson(stage, record);
  const told = ['case-merged.v1', 'case-person-forgotten.v1'];
  t.same(await typesAfter(kept.stream, 1), told, 'the process at it may have died in between');
  t.same(await typesAfter(absorbed.stream, 1), told, 'linked once');
  await rows.stop();
});

t.test('killed again and again, every reaction happens, and happens once', async (t) => {
  stage.clock.now = new Date();
  const all: Awaited<ReturnType<typeof write>>[] = [];
  let child = start();
  for (let round = 0; round < 2; round++) {
    const before = await stage.log.head();
    const written = await Promise.all(Array.from({ length: 8 }, write));
    all.push(...written);
    // In the midst of the round's reactions.
    const half = before + BigInt(written.length * 23);
    await eventually(async () => (await stage.log.head()) > half);
    await kill(child);
    child = start();
  }
  await stage.settled();
  await kill(child);
  for (const { file, other, third, child: id, placed, waiting } of all) {
    t.same(await stage.typesOf(`referral-${id}`), ['referral-drafted.v1', 'referral-sent.v1']);
    t.same(await typesAfter(placed.stream, 3), ['referral-accepted.v1']);
    t.same(await typesAfter(waiting.stream, 2), ['referral-withdrawn.v1']);
    t.same(await typesAfter(file.stream, 1), ['case-handed-over.v1']);
    // Who asks to be forgotten in one of two merged files is forgotten in the other, once.
    t.same(await typesAfter(other.stream, 1), ['case-merged.v1', 'case-person-forgotten.v1']);
    t.same((await typesAfter(third.stream, 1)).toSorted(), [
      'case-merged.v1',
      'case-person-forgotten.v1',
    ]);
    await t.rejects(
      stage.vault.seal(third.person, 'social', '"x"', {
        ...{ stream: third.stream, eventId: third.case, type: 'any', field: 'any' },
      }),
    );
    t.ok(await opensAgain(placed));
  }
});
