import { randomUUID } from 'node:crypto';
import { PersonId } from '@relais/contracts/ids';
import { LogUnavailable } from '@relais/event-log/log';
import t from 'tap';
import { openRecorded } from '../reading.ts';
import { storyteller } from './case.ts';
import { newCast } from './cast.ts';
import { callerOf, readProbe } from './probe.ts';
import { referralTeller } from './referral.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);

t.test('a reading of personal data is in the log, and the owner is told who read', async (t) => {
  const cast = newCast();
  const { tell, going } = await wholeStory(probe, cast);
  await probe.settled();
  const headBefore = await probe.log.head();
  await probe.get('/cases', cast.owner);
  await probe.get(`/cases/${tell.caseId}`, cast.auditor);
  t.equal(await probe.log.head(), headBefore, 'pseudonyms are no personal data that is opened');
  await probe.get(`/cases/${tell.caseId}`, cast.breakGlass);
  await probe.get(`/referrals/${going.id}`, cast.receiver);
  t.equal(await probe.log.head(), headBefore + 2n, 'one event for each reading, before its answer');
  await probe.settled();
  const { body } = await probe.get(`/cases/${tell.caseId}/consultations`, cast.owner);
  t.match(body.items, [
    { level: 'receiver-open', association: cast.receiver.association, referral: going.id },
    { level: 'break-glass', client: cast.breakGlass.clientId, breakGlass: true, referral: null },
  ]);
  t.same(body.items[0].persons, [tell.person]);
  t.same(body.items[0].categories, ['contact', 'identity', 'social']);
});

t.test('asking for duplicates is a reading of its own, whatever it finds', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  await tell.open();
  await probe.settled();
  const { status } = await probe.get(`/cases/${tell.caseId}/duplicate-candidates`, cast.owner);
  t.equal(status, 200);
  const refused = await probe.get(`/cases/${tell.caseId}/duplicate-candidates`, cast.stranger);
  t.equal(refused.status, 404);
  await probe.settled();
  const { body } = await probe.get(`/cases/${tell.caseId}/consultations`, cast.owner);
  t.match(body.items, { length: 1 });
  t.match(body.items[0], {
    ...{ level: 'duplicate-candidates', client: cast.owner.clientId, breakGlass: false },
    ...{ persons: [tell.person], categories: ['contact', 'identity'] },
  });
});

t.test('what cannot be recorded is not opened', async (t) => {
  let opened = 0;
  const log = {
    ...probe.log,
    append: () => Promise.reject(new LogUnavailable('the log is away')),
  };
  const vault = {
    openMany: async () => {
      opened += 1;
      return [];
    },
  };
  const cast = newCast();
  const reading = {
    ...{ caller: cast.owner, correlationId: randomUUID(), case: randomUUID() },
    ...{ referral: null, level: 'owner' as const },
  };
  const person = PersonId.parse(randomUUID());
  const at = { stream: 's', eventId: 'e', type: 't', field: 'f' };
  const sealed = [{ person, category: 'social' as const, text: 'AA', at }];
  await t.rejects(openRecorded({ log, vault, now: () => new Date() }, reading, sealed), {
    name: 'LogUnavailable',
  });
  t.equal(opened, 0);
});

t.test('a forgotten person is gone from every answer, and the file still opens', async (t) => {
  const cast = newCast();
  const { tell, going } = await wholeStory(probe, cast);
  await probe.settled();
  const before = await probe.get(`/cases/${tell.caseId}`, cast.owner);
  t.match(before.text, /canary:identity/);
  await tell.part('case-person-forgotten.v1', async () => ({
    person: tell.person,
    because: 'request',
  }));
  await probe.vault.forget(PersonId.parse(tell.person));
  await probe.settled();
  for (const [path, who] of [
    [`/cases/${tell.caseId}`, cast.owner],
    [`/cases/${tell.caseId}/consents`, cast.owner],
    [`/cases/${tell.caseId}/subject-export`, cast.owner],
    [`/referrals/${going.id}`, cast.receiver],
    [`/cases/${tell.caseId}?asOf=${new Date().toISOString()}`, cast.owner],
  ] as const) {
    const { status, text } = await probe.get(path, who);
    t.equal(status, 200, path);
    t.notMatch(text, /canary:/, path);
    t.match(text, /"forgotten":true/, path);
  }
  const { body } = await probe.get(`/cases/${tell.caseId}`, cast.owner);
  t.match(body.persons, [{ person: tell.person, identity: null, contact: null, forgotten: true }]);
  const { rows } = await probe.database.query(
    'select count(*)::int as count from referrals_match_1.match_key where person = $1',
    [tell.person],
  );
  t.same(rows, [{ count: 0 }], 'nothing is left to be found by');
});

t.test('who handed a file over keeps what it wrote, sent and receives of it', async (t) => {
  const cast = newCast();
  const { owner, receiver } = cast;
  const tell = storyteller(probe, cast);
  await tell.open();
  await tell.goal();
  await tell.vulnerability('owner');
  await tell.note('private', owner, 'private-note');
  const sent = tell.referral(receiver);
  await sent.draft();
  await sent.send();
  const [from, to] = [owner.association, receiver.association];
  const moved = { handover: randomUUID(), from, to, previousReferent: tell.referent };
  await tell.part('case-handed-over.v1', async () => ({ ...moved, referent: randomUUID() }));
  const back = referralTeller(probe, { ...cast, owner: receiver }, tell, owner);
  await back.draft();
  await back.send();
  await tell.part(
    'case-goal-set.v1',
    async (seal) => ({
      ...{ goal: randomUUID(), dueOn: null },
      text: await seal(tell.person, 'social', 'text', 'canary:theirs'),
    }),
    receiver,
  );
  await probe.settled();
  const { body, text } = await probe.get(`/cases/${tell.caseId}`, owner);
  t.match(body, {
    level: 'former-owner',
    goals: [{ text: 'canary:goal' }],
    vulnerabilities: [{ what: { detail: 'canary:vulnerability-owner' } }],
    notes: [{ text: 'canary:private-note' }],
    referrals: [{ id: sent.id }, { id: back.id }],
  });
  t.notMatch(text, /theirs|identity/);
  const { level: _, allowedActions: __, ...written } = body;
  const coordinating = (remit: string[]) =>
    probe.get(`/cases/${tell.caseId}`, callerOf(from, 'coordinator', remit));
  const { body: near, text: named } = await coordinating([to]);
  t.match(near, { ...written, level: 'coordinator-of-remit', owner: to });
  t.match(near.persons, [{ identity: { givenName: 'canary:identity' } }]);
  const { body: far, text: unnamed } = await coordinating([]);
  t.match(far, { ...written, level: 'coordinator', owner: to });
  for (const seen of [named, unnamed]) t.notMatch(seen, /theirs/);
  t.notMatch(unnamed, /identity/);
});

t.test('a file and a referral are seen as they were known at a date', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  await tell.open();
  const referral = tell.referral(cast.receiver);
  await referral.draft();
  const drafted = await recordedAt(`referral-${referral.id}`);
  await referral.send();
  const sent = await recordedAt(`referral-${referral.id}`);
  await tell.goal();
  await referral.step('referral-acknowledged.v1', cast.receiver);
  await probe.settled();

  const now = await probe.get(`/cases/${tell.caseId}`, cast.owner);
  t.match(now.body, { goals: [{ text: 'canary:goal' }], referrals: [{ state: 'under_review' }] });
  const then = await probe.get(`/cases/${tell.caseId}?asOf=${sent}`, cast.owner);
  t.match(then.body, { goals: { length: 0 }, referrals: [{ state: 'sent' }] });
  t.same(then.body.allowedActions, [], 'the past allows nothing');
  const past = await probe.get(`/referrals/${referral.id}?asOf=${sent}`, cast.receiver);
  t.equal(past.body.state, 'sent');
  const early = await probe.get(`/referrals/${referral.id}?asOf=${drafted}`, cast.receiver);
  t.equal(early.status, 404, 'a draft was not the receiver’s to see, then neither');
  const never = await probe.get(`/cases/${tell.caseId}?asOf=2020-01-01T00:00:00Z`, cast.owner);
  t.equal(never.status, 404);
});

/** Of the stream's last event; waits until the clock has moved on, so that the next event is later. */
async function recordedAt(stream: string): Promise<string> {
  let at = '';
  for await (const record of probe.log.read(stream, { backwards: true, max: 1 })) {
    at = record.recordedAt;
  }
  while (Date.now() <= Date.parse(at) + 1) await new Promise(setImmediate);
  return at;
}
