import { randomUUID } from 'node:crypto';
import { type AssociationId, ReferralId } from '@relais/contracts/ids';
import { type ReferralEvent, referralContract } from '@relais/contracts/referral-events';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import t from 'tap';
import { receiver, sender, stranger } from '../fixture.ts';
import { readReferral } from '../stored.ts';
import {
  type Asked,
  accepted,
  draft,
  needText,
  openFile,
  partiesOf,
  requestPlace,
  send,
} from './histories.ts';
import { answerPlace } from './places.ts';
import { openStage } from './stage.ts';

const stage = await openStage(t);
stage.project();
stage.react();
// Two processes at once: one is at work, the other stands by.
stage.react();
await stage.settled();

const last = async (stream: string) => (await stage.read(stream)).at(-1);
const count = async (stream: string, type: string) =>
  (await stage.typesOf(stream)).filter((one) => one === type).length;

async function placeAsked() {
  const asked = await send(stage, await openFile(stage), 'placement');
  const { event, offer, reservation } = requestPlace(asked);
  await stage.write(asked.stream, event);
  const held = { offer, referral: asked.id, reservation };
  return { asked, held, pool: `place-pool-${offer}` };
}

t.test(
  'a reserved place accepts the referral, a refused one lets it be decided again',
  async (t) => {
    const [one, other] = [await placeAsked(), await placeAsked()];
    const reserved = await stage.write(one.pool, { type: 'place-reserved.v1', data: one.held });
    await stage.write(other.pool, {
      type: 'place-refused.v1',
      data: { ...other.held, reason: 'no_capacity' },
    });
    await stage.settled();
    t.match(await last(one.asked.stream), {
      type: 'referral-accepted.v1',
      data: { place: { reservation: one.held.reservation } },
      metadata: { causationId: reserved.id, actor: 'system:place-answered' },
    });
    t.match(await last(other.asked.stream), {
      type: 'referral-place-refused.v1',
      data: { reason: 'no_capacity' },
    });
    await answerPlace(stage, reserved);
    t.equal(await count(one.asked.stream, 'referral-accepted.v1'), 1, 'once');
  },
);

t.test('a place that comes too late is given back once', async (t) => {
  const { asked, held, pool } = await placeAsked();
  await stage.write(asked.stream, {
    type: 'referral-withdrawn.v1',
    data: {
      ...partiesOf(asked.file),
      ...{ reason: 'situation_changed', requestedBy: 'person', text: null },
    },
  });
  const reserved = await stage.write(pool, { type: 'place-reserved.v1', data: held });
  await stage.settled();
  await Promise.all([answerPlace(stage, reserved), answerPlace(stage, reserved)]);
  t.equal(await count(asked.stream, 'referral-place-released.v1'), 1);
  t.match(await last(asked.stream), { data: { because: 'too-late' } });
});

t.test('an accepted placement is told to the senders of the person’s other ones', async (t) => {
  const file = await openFile(stage);
  const [taken, open, service] = [
    await send(stage, file, 'placement'),
    await send(stage, file, 'placement'),
    await send(stage, file, 'service'),
  ];
  const elsewhere = await send(stage, await openFile(stage), 'placement');
  await stage.write(taken.stream, accepted(taken));
  await stage.settled();
  t.match(await last(open.stream), {
    type: 'referral-flagged.v1',
    data: { reason: 'placed_elsewhere', other: taken.id },
  });
  for (const { stream } of [service, elsewhere]) {
    t.match(await last(stream), { type: 'referral-sent.v1' });
  }
  t.match(await last(taken.stream), { type: 'referral-accepted.v1' });
});

const redirected = (
  { file }: Asked,
  association: AssociationId,
): ReferralEvent & { type: 'referral-redirected.v1' } => ({
  type: 'referral-redirected.v1',
  data: {
    ...{ ...partiesOf(file), by: 'receiver', text: null },
    child: ReferralId.parse(randomUUID()),
    target: { to: 'association', association },
  },
});

const opened = async (record: Recorded | undefined, field: string) => {
  if (record === undefined) return undefined;
  const { stream, id: eventId, type } = record;
  const event = parse<ReferralEvent>(referralContract, record);
  const sealed =
    event.type === 'referral-drafted.v1'
      ? event.data.need
      : event.type === 'referral-sent.v1' && event.data.shared[0];
  if (!sealed) return undefined;
  const text = await stage.vault.open(sealed, { stream, eventId, type, field });
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

t.test('the child of a redirection is sent where consent covers the new association', async (t) => {
  const recipients = { associations: [receiver, stranger], openToEligible: false };
  const asked = await send(stage, await openFile(stage, { recipients }));
  const event = redirected(asked, stranger);
  const stream = `referral-${event.data.child}`;
  const cause = await stage.write(asked.stream, event);
  await stage.settled();
  t.same(await stage.typesOf(stream), ['referral-drafted.v1', 'referral-sent.v1']);
  t.match(await readReferral(stage.log, event.data.child), {
    ...{ status: 'sent', sender, receiver: stranger, parent: asked.id },
    categories: ['identity', 'housing'],
  });
  const [drafted, sent] = await stage.read(stream);
  t.equal(await opened(drafted, 'need'), needText);
  t.match(await opened(sent, 'shared.0'), { givenName: 'Canari' });
  t.equal(sent?.metadata.causationId, cause.id);
});

t.test('… and stays a draft where it does not, or where the person was forgotten', async (t) => {
  const asked = await send(stage, await openFile(stage));
  const event = redirected(asked, stranger);
  await stage.write(asked.stream, event);
  const forgotten = await send(stage, await openFile(stage));
  await stage.vault.forget(forgotten.file.person);
  const other = redirected(forgotten, receiver);
  await stage.write(forgotten.stream, other);
  await stage.settled();
  for (const { child } of [event.data, other.data]) {
    t.same(await stage.typesOf(`referral-${child}`), ['referral-drafted.v1']);
  }
});

t.test('a person who is to be forgotten is, at once', async (t) => {
  const file = await openFile(stage);
  const asked = await draft(stage, file);
  const [drafted] = await stage.read(asked.stream);
  t.equal(await opened(drafted, 'need'), needText);
  await stage.write(file.stream, {
    type: 'case-person-forgotten.v1',
    data: { person: file.person, because: 'request' },
  });
  await stage.settled();
  t.equal(await opened(drafted, 'need'), undefined);
});
