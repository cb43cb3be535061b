import { randomUUID } from 'node:crypto';
import { ExceptionId } from '@relais/contracts/consents';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { covers } from '../consents/covers.ts';
import { after, consentId, given, now, receiver, referent, sender } from '../fixture.ts';
import { readConsents } from '../stored.ts';
import {
  accepted,
  draft,
  openFile,
  requestPlace,
  send,
  sent,
  unread,
  withdrawal,
} from './histories.ts';
import { openStage } from './stage.ts';
import { stopAfterWithdrawal } from './stop-sharing.ts';

const stage = await openStage(t);
stage.project();
stage.react();
await stage.settled();

const last = async (stream: string) => (await stage.read(stream)).at(-1);

t.test(
  'a withdrawal withdraws what was sent, cancels what was accepted, and tells why',
  async (t) => {
    const file = await openFile(stage);
    const waiting = await send(stage, file);
    const served = await send(stage, file);
    await stage.write(served.stream, accepted(served));
    const idle = await draft(stage, file);
    const withdrawn = await stage.write(file.consents, withdrawal(file));
    await stage.settled();
    t.match(await last(waiting.stream), {
      type: 'referral-withdrawn.v1',
      data: { reason: 'consent_withdrawn', requestedBy: 'person' },
      metadata: {
        actor: 'system:consent-withdrawn',
        association: null,
        causationId: withdrawn.id,
        correlationId: withdrawn.metadata.correlationId,
      },
    });
    t.match(await last(served.stream), { type: 'referral-cancelled.v1', data: { by: 'system' } });
    t.match(await last(idle.stream), { type: 'referral-withdrawn.v1' });
    const events = (await stage.typesOf(waiting.stream)).length;
    await stopAfterWithdrawal(stage, withdrawn);
    t.equal((await stage.typesOf(waiting.stream)).length, events, 'told again, nothing happens');
  },
);

t.test('a held place is given back once', async (t) => {
  const file = await openFile(stage);
  const asked = await send(stage, file, 'placement');
  const { event, offer, reservation } = requestPlace(asked);
  await stage.write(asked.stream, event);
  await stage.write(asked.stream, accepted(asked, { offer, reservation }));
  await stage.write(file.consents, withdrawal(file));
  await stage.settled();
  const types = await stage.typesOf(asked.stream);
  t.same(types.slice(-2), ['referral-cancelled.v1', 'referral-place-released.v1']);
  t.equal(types.filter((type) => type === 'referral-place-released.v1').length, 1);
});

t.test('what another consent covers goes on; so does a draft it never covered', async (t) => {
  const file = await openFile(stage);
  const asked = await send(stage, file);
  await stage.write(file.consents, given({ consent: consentId }));
  await stage.write(file.consents, withdrawal(file));
  const other = await openFile(stage, {
    recipients: { associations: [sender], openToEligible: false },
  });
  const idle = await draft(stage, other);
  await stage.write(other.consents, withdrawal(other));
  await stage.settled();
  t.match(await last(asked.stream), { type: 'referral-sent.v1' });
  t.match(await last(idle.stream), { type: 'referral-drafted.v1' });
});

t.test('a withdrawal that comes second waits for the rows to know the referral', async (t) => {
  const late = await openStage(t);
  const projecting = late.project();
  late.react();
  await late.settled();
  await projecting.stop();
  const file = await openFile(late);
  const asked = await send(late, file);
  // The reaction to the sending has found the consent alive.
  await late.settled('referrals-related');
  const withdrawn = await late.write(file.consents, withdrawal(file));
  const isDone = await late.positions.waitFor('referrals-related', withdrawn.position, 300);
  t.notOk(isDone, 'it waits');
  t.match((await late.read(asked.stream)).at(-1), { type: 'referral-sent.v1' });
  late.project();
  await late.settled();
  t.match((await late.read(asked.stream)).at(-1), {
    type: 'referral-withdrawn.v1',
    metadata: { actor: 'system:consent-withdrawn' },
  });
});

t.test('a withdrawal that comes first is found by what is sent on it', async (t) => {
  const file = await openFile(stage);
  await stage.write(file.consents, withdrawal(file));
  await stage.settled();
  // Its guard had read the consents before the withdrawal.
  const asked = await send(stage, file);
  await stage.settled();
  t.match(await last(asked.stream), {
    type: 'referral-withdrawn.v1',
    data: { reason: 'consent_withdrawn' },
    metadata: { actor: 'system:grounds-checked' },
  });
});

t.test('whatever the order of sending and withdrawing, nothing stays sent', async (t) => {
  const recipient = { association: receiver, eligible: false };
  const files = await Promise.all(Array.from({ length: 20 }, () => openFile(stage)));
  const drafts = await Promise.all(files.map((file) => draft(stage, file)));
  const sentOnes = await Promise.all(
    drafts.map(async (asked) => {
      const { file } = asked;
      const consents = await readConsents(stage.log, file.case);
      const sharing = { purpose: 'referral', categories: ['identity'], at: now } as const;
      const { covered } = covers(consents, { ...sharing, recipient, persons: [file.person] });
      const [wasSent] = await Promise.all([
        stage.write(asked.stream, sent(stage, asked)).then(
          () => covered,
          () => false,
        ),
        stage.write(file.consents, withdrawal(file)),
      ]);
      return wasSent;
    }),
  );
  await stage.settled();
  t.ok(sentOnes.some((wasSent) => wasSent));
  for (const { stream } of drafts) {
    const types = await stage.typesOf(stream);
    t.equal(types.filter((type) => type === 'referral-withdrawn.v1').length, 1, types.join(' '));
    t.equal(types.at(-1), 'referral-withdrawn.v1');
  }
});

t.test('an exception that is ended ends what rested on it', async (t) => {
  const file = await openFile(stage, { purposes: ['observatory'] });
  const exception = ExceptionId.parse(randomUUID());
  const recipients = { associations: [receiver], openToEligible: false };
  await stage.write(file.consents, {
    type: 'consent-exception-recorded.v1',
    data: {
      ...{ exception, association: sender, legalBasis: 'vital_interest', author: referent },
      ...{ reason: unread(file), purposes: ['referral'], recipients },
      ...{ categories: ['identity', 'housing'], validFrom: now, until: after(240) },
    },
  });
  const asked = await send(stage, file);
  await stage.settled();
  // The grounds that `send` names are those of the consent, which covers nothing: the rules ask all.
  t.match(await last(asked.stream), { type: 'referral-sent.v1' });
  const ended = { exception, recipients };
  await stage.write(file.consents, { type: 'consent-exception-ended.v1', data: ended });
  await stage.settled();
  t.match(await last(asked.stream), {
    type: 'referral-withdrawn.v1',
    data: { reason: 'consent_lapsed' },
  });
});

t.test(
  'a consent ends by its date: what waits is withdrawn, who is served is served',
  async (t) => {
    const file = await openFile(stage, { validUntil: after(48) });
    const waiting = await send(stage, file);
    const served = await send(stage, file);
    await stage.write(served.stream, accepted(served));
    await stage.settled(...['referrals-consent-dates', 'referrals-related']);
    t.match(await last(waiting.stream), { type: 'referral-sent.v1' });
    stage.clock.now = new Date(after(49));
    await eventually(async () => (await last(waiting.stream))?.type === 'referral-withdrawn.v1');
    t.match(await last(waiting.stream), {
      data: { reason: 'consent_lapsed' },
      metadata: { actor: 'system:consent-expired', occurredAt: after(49) },
    });
    t.match(await last(served.stream), { type: 'referral-accepted.v1' });
    const late = await send(stage, file);
    await stage.settled();
    t.match(await last(late.stream), { type: 'referral-withdrawn.v1' }, 'sent in that very moment');
  },
);
