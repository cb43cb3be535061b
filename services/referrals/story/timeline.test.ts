import { randomUUID } from 'node:crypto';
import t from 'tap';
import { storyteller } from './case.ts';
import { member, newCast } from './cast.ts';
import { type Reply, readProbe, type Seal } from './probe.ts';
import { deadlines } from './referral.ts';

const probe = await readProbe(t);
const cast = newCast();
const { owner, receiver, stranger, coordinatorOfRemit } = cast;
const hour = 3_600_000;
const start = Date.now();
const ago = (hours: number) => new Date(start - hours * hour).toISOString();
const ids = ({ body }: Reply): string[] => body.items.map(({ id }: { id: string }) => id);
const types = (body: { items: { type: string }[] }) =>
  body.items.map(({ type }) => type.replace(/\.v\d+$/, ''));

t.test('a timeline says who, for whom, when, why and what followed', async (t) => {
  const tell = storyteller(probe, cast);
  await probe.append(`association-${receiver.association}`, async () =>
    member(receiver.association),
  );
  await tell.open({ occurredAt: ago(100) });
  const referral = tell.referral(receiver);
  const correlationId = randomUUID();
  await referral.draft('need', { occurredAt: ago(90) });
  const sent = await referral.send('shared', { occurredAt: ago(80), correlationId });
  const acknowledged = await referral.step('referral-acknowledged.v1', receiver, () => ({}), {
    ...{ occurredAt: ago(78), correlationId, causationId: sent },
    association: receiver.association,
  });
  await probe.settled();

  const { body } = await probe.get(`/referrals/${referral.id}/timeline`, owner);
  t.same(types(body), ['referral-drafted', 'referral-sent', 'referral-acknowledged']);
  const [, sending, last] = body.items;
  t.match(last, {
    event: acknowledged,
    association: receiver.association,
    associationName: `Association ${receiver.association.slice(0, 4)}`,
    actor: 'test',
    label: 'Prise en compte',
    causedBy: sent,
    delayMs: 2 * hour,
    breaches: [],
    referral: referral.id,
    case: tell.caseId,
  });
  t.same(sending.ledTo, [acknowledged]);
  t.ok(last.recordedAt > last.occurredAt, 'it was written down later than it happened');

  const seen = await probe.get(`/referrals/${referral.id}/timeline`, receiver);
  t.same(types(seen.body), ['referral-sent', 'referral-acknowledged'], 'nothing from before');
  const across = await probe.get(`/timelines/${correlationId}`, receiver);
  t.same(types(across.body), ['referral-sent', 'referral-acknowledged']);
  const nothing = await probe.get(`/timelines/${correlationId}`, stranger);
  t.same(nothing.body, { items: [], next: null });

  const occurred = `asOf=${ago(79)}&basis=occurred`;
  const then = await probe.get(`/referrals/${referral.id}/timeline?${occurred}`, owner);
  t.same(types(then.body), ['referral-drafted', 'referral-sent'], 'by when it happened');
  const known = await probe.get(`/referrals/${referral.id}/timeline?asOf=${ago(1)}`, owner);
  t.same(known.body.items, [], 'by when it was known: an hour ago nothing was');
});

t.test('missed dates are marked where they were missed', async (t) => {
  const tell = storyteller(probe, cast);
  await tell.open();
  const referral = tell.referral(receiver);
  await referral.draft();
  await referral.send('shared', { due: -20 });
  await referral.step('referral-reminded.v1', null, () => ({
    reminder: 1,
    deadlines: deadlines(-20),
  }));
  await referral.step('referral-escalated.v1', null, () => ({ deadlines: deadlines(-20) }));
  await referral.step('referral-acknowledged.v1', receiver);
  await referral.decline(['sender'], 'late-decline');
  await probe.settled();
  const { body } = await probe.get(`/cases/${tell.caseId}/timeline`, coordinatorOfRemit);
  const breaches = body.items.map((entry: { breaches: string[] }) => entry.breaches);
  t.same(breaches, [
    ...[[], [], [], ['acknowledge-overdue'], ['decision-overdue']],
    ...[['acknowledged-late'], ['decided-late']],
  ]);
});

t.test(
  'the pages of a timeline hold every entry once, though others come in between',
  async (t) => {
    const tell = storyteller(probe, cast);
    await tell.open();
    for (let n = 0; n < 5; n++) await tell.goal();
    await probe.settled();
    const seen: string[] = [];
    let path: string | null = `/cases/${tell.caseId}/timeline?limit=2`;
    while (path !== null) {
      const { body, headers } = await probe.get(path, owner);
      seen.push(...body.items.map((entry: { event: string }) => entry.event));
      if (seen.length === 2) {
        await tell.goal();
        await probe.settled();
      }
      t.equal(headers.link !== undefined, body.next !== null);
      path = body.next && `/cases/${tell.caseId}/timeline?limit=2&cursor=${body.next}`;
    }
    t.equal(seen.length, 7);
    t.equal(new Set(seen).size, 7);
  },
);

t.test('lists as of a date are what they were then, of what may still be read', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  const [first, second, third] = [cast.receiver, cast.decliner, cast.receiver].map(tell.referral);
  if (!first || !second || !third) throw new Error('three referrals');
  const persons = [tell.person];
  const accepted = () => ({ kind: 'service', persons, place: null, grounds: [], text: null });
  const held = () => ({
    reason: 'waiting_documents',
    resumeBy: '2026-01-01T00:00:00Z',
    text: null,
  });
  const inError = async (seal: Seal) => ({
    from: 'declined',
    ...(await third.text(seal, 'error')),
  });
  const story = [
    () => tell.open(),
    () => first.draft(),
    () => first.send('shared', { due: -30 }),
    () => first.step('referral-acknowledged.v1', cast.receiver),
    () => second.draft(),
    () => second.send(),
    () => second.decline(['sender'], 'decline'),
    () => tell.exception(),
    () => third.draft(),
    () => third.send(),
    () => third.decline(['sender'], 'decline'),
    () => tell.breakGlass(cast.auditor),
    () => first.step('referral-accepted.v1', cast.receiver, accepted),
    () => first.step('referral-started.v1', cast.receiver),
    () => first.step('referral-held.v1', cast.receiver, held),
    () => third.step('referral-entered-in-error.v2', cast.owner, inError),
  ];
  const lists = [
    ['/inbox?limit=50', cast.receiver],
    ['/inbox?limit=50&state=sent&state=entered_in_error', cast.receiver],
    ['/outbox?limit=50', cast.owner],
    ['/worklist?limit=50', cast.coordinatorOfRemit],
    ['/worklist?limit=50', cast.coordinator],
  ] as const;
  const seen: { at: string; items: unknown[] }[] = [];
  for (const step of story) {
    await step();
    await probe.settled();
    const at = new Date();
    probe.clock.now = at;
    const answers = await Promise.all(lists.map(([path, who]) => probe.get(path, who)));
    seen.push({ at: at.toISOString(), items: answers.map(({ body }) => body.items) });
    // What comes next is recorded at another millisecond.
    while (Date.now() <= at.getTime()) await new Promise(setImmediate);
  }
  for (const [n, { at, items }] of seen.entries()) {
    for (const [index, [path, who]] of lists.entries()) {
      const then = await probe.get(`${path}&asOf=${at}`, who);
      t.same(then.body.items, items[index], `${path} after step ${n}`);
    }
  }
  const [page, whole] = [`/outbox?limit=1&asOf=${seen[9]?.at}`, `/outbox?asOf=${seen[9]?.at}`];
  const one = await probe.get(page, cast.owner);
  const two = await probe.get(`${page}&cursor=${one.body.next}`, cast.owner);
  const begun = ids(await probe.get(whole, cast.owner)).slice(0, 2);
  t.same([...ids(one), ...ids(two)], begun, 'page by page');
  t.equal(new Set(seen.map(({ items }) => JSON.stringify(items))).size > 10, true, 'it changed');
});
