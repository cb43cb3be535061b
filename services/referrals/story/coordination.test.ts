import { randomUUID } from 'node:crypto';
import type { Caller } from '@relais/http/caller';
import t from 'tap';
import { storyteller } from './case.ts';
import { type Cast, newCast } from './cast.ts';
import { callerOf, type Reply, readProbe } from './probe.ts';
import { deadlines } from './referral.ts';

const probe = await readProbe(t);
const later = deadlines().decideBy;
const ids = ({ body }: Reply): string[] => body.items.map(({ id }: { id: string }) => id);

t.test('the coordinator finds what waits, in the remit only', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  await tell.open();
  await tell.exception();
  await tell.breakGlass(cast.auditor);
  const overdue = tell.referral(cast.receiver);
  await overdue.draft();
  await overdue.send('shared', { due: -30 });
  const held = tell.referral(cast.receiver);
  await held.draft();
  await held.send();
  await held.step('referral-accepted.v1', cast.receiver, () => ({
    ...{ kind: 'service', persons: [tell.person], place: null, grounds: [], text: null },
  }));
  await held.step('referral-started.v1', cast.receiver);
  await held.step('referral-held.v1', cast.receiver, () => ({
    ...{ reason: 'waiting_documents', resumeBy: '2026-01-01T00:00:00Z', text: null },
  }));
  for (const _ of [1, 2]) {
    const declined = tell.referral(cast.decliner);
    await declined.draft();
    await declined.send();
    await declined.decline(['sender'], 'decline');
  }
  await probe.settled();
  const kinds = async (who = cast.coordinatorOfRemit, query = '') => {
    const { body } = await probe.get(`/worklist${query}`, who);
    return body.items.map(({ kind }: { kind: string }) => kind).sort();
  };
  const all = [
    'break-glass',
    'consent-exception',
    'declined-twice',
    'overdue',
    'stuck',
    'unanswered',
  ];
  t.same(await kinds(), all);
  t.same(await kinds(cast.coordinator), [], 'not the remit');
  t.same(await kinds(cast.coordinatorOfRemit, '?kind=stuck&kind=overdue'), ['overdue', 'stuck']);
  const page = await probe.get('/worklist?limit=3', cast.coordinatorOfRemit);
  const rest = await probe.get(
    `/worklist?limit=3&cursor=${page.body.next}`,
    cast.coordinatorOfRemit,
  );
  t.same([...ids(page), ...ids(rest)], ids(await probe.get('/worklist', cast.coordinatorOfRemit)));
  t.equal((await probe.get('/worklist', cast.owner)).status, 403);
  const { body } = await probe.get('/workload', cast.coordinatorOfRemit);
  t.same(body, {
    associations: [
      {
        ...{ association: cast.owner.association, openCases: 1 },
        ...{ referralsToAnswer: 0, referralsInProgress: 0, overdue: 0 },
      },
    ],
    referents: [{ referent: tell.referent, association: cast.owner.association, openCases: 1 }],
  });
  const exceptions = await probe.get('/consent-exceptions?live=true', cast.coordinatorOfRemit);
  t.equal(exceptions.body.items.length, 1);
  t.same((await probe.get('/consent-exceptions', cast.coordinator)).body.items, []);
});

t.test('a case is declined twice until somebody takes it, or takes a refusal back', async (t) => {
  const cast = newCast();
  const twice = async () => {
    const tell = storyteller(probe, cast);
    await tell.open();
    const [asked, first, second] = [cast.receiver, cast.decliner, cast.eligible].map(tell.referral);
    for (const each of [asked, first, second]) {
      await each?.draft();
      await each?.send();
    }
    await first?.decline(['sender'], 'no');
    await second?.decline(['sender'], 'no');
    return { tell, asked, second };
  };
  const [left, taken, reopened] = [await twice(), await twice(), await twice()];
  await taken.asked?.step('referral-accepted.v1', cast.receiver, () => ({
    ...{ kind: 'service', persons: [taken.tell.person], place: null, grounds: [], text: null },
  }));
  await reopened.second?.step('referral-reopened.v2', cast.eligible, async (seal) => ({
    ...(await reopened.second?.text(seal, 'sorry')),
    ...{ by: 'receiver', from: 'declined', offer: null, grounds: [], deadlines: deadlines() },
  }));
  await probe.settled();
  const { body } = await probe.get('/worklist?kind=declined-twice', cast.coordinatorOfRemit);
  t.same(
    body.items.map((item: { case: string }) => item.case),
    [left.tell.caseId],
  );
});

t.test('what belonged to a state ends with it', async (t) => {
  const cast = newCast();
  const { receiver, owner } = cast;
  const tell = storyteller(probe, cast);
  await tell.open();
  const about = { persons: [tell.person], grounds: [], text: null };
  const [offer, first, second] = [randomUUID(), randomUUID(), randomUUID()];
  const sent = async () => {
    const referral = tell.referral(receiver);
    await referral.draft();
    await referral.send();
    return {
      ...referral,
      ask: (reservation: string) =>
        referral.step('referral-place-requested.v1', receiver, () => ({
          ...{ ...about, offer, reservation },
        })),
      accept: (place: object | null) =>
        referral.step('referral-accepted.v1', receiver, () => ({
          ...{ ...about, kind: 'placement', place },
        })),
      view: async () => (await probe.get(`/referrals/${referral.id}`, receiver)).body,
    };
  };
  const [withdrawn, waited, placed] = [await sent(), await sent(), await sent()];
  await withdrawn.ask(first);
  await withdrawn.step('referral-withdrawn.v1', owner, () => ({
    ...{ reason: 'situation_changed', requestedBy: 'sender', text: null },
  }));
  await waited.step('referral-waitlisted.v1', receiver, () => ({ position: 3, reviewBy: later }));
  await waited.accept(null);
  await placed.ask(first);
  await placed.ask(second);
  await placed.accept({ offer, reservation: second });
  await placed.step('referral-place-released.v1', null, () => ({
    ...{ offer, reservation: first, because: 'too-late' },
  }));
  probe.clock.now = new Date(Date.now() + 2 * 3_600_000);
  t.teardown(() => {
    probe.clock.now = new Date();
  });
  await probe.settled();
  const { body } = await probe.get('/worklist?kind=stuck', cast.coordinatorOfRemit);
  t.same(body.items, [], 'no place is waited for');
  t.match((await probe.get(`/referrals/${withdrawn.id}`, owner)).body, {
    ...{ state: 'withdrawn', acceptancePending: false },
  });
  t.match(await waited.view(), { waitlistPosition: null, deadlines: { reviewBy: null } });
  t.equal((await placed.view()).reservation, second, 'another place came too late');
});

t.test('a duplicate elsewhere shows that it exists, to the coordinator which it is', async (t) => {
  const [here, there] = [newCast(), newCast()];
  const known = { name: 'Zarmina', birthDate: '1991-03-04', phone: '06 98 76 54 32' };
  const tell = async (cast: Cast, more: Partial<typeof known>) => {
    const told = storyteller(probe, cast);
    await told.open({}, { name: 'Wali', birthDate: '1970', phone: '06 11 22 33 44', ...more });
    return told;
  };
  const household = await tell(there, { name: known.name });
  const member = randomUUID();
  await household.part('case-person-added.v1', async (seal) => ({
    ...{ person: member, role: 'child', contact: null },
    identity: await seal(member, 'identity', 'identity', {
      ...{ givenName: 'Enfant', familyName: null, birthDate: known.birthDate, sex: null },
    }),
  }));
  const { caseId: mine } = await tell(here, known);
  const { caseId: named } = await tell(here, { name: known.name });
  const { caseId: same } = await tell(there, known);
  const unsure = [
    household.caseId,
    (await tell(there, { phone: known.phone, birthDate: known.birthDate })).caseId,
  ];
  await probe.settled();
  const ask = (who: Caller) => probe.get(`/cases/${mine}/duplicate-candidates`, who);
  const matched = ['birth-date', 'name', 'phone'];
  const found = await ask(here.owner);
  t.match(found.body.items, [
    { own: false, case: null, matched },
    { own: true, case: named, matched: ['name'] },
  ]);
  t.equal(found.body.items.length, 2, 'not who is known elsewhere by a name, or whose a number is');
  t.notMatch(found.text, new RegExp(`${same}|${there.owner.association}`));
  const remit = [here.owner.association, there.owner.association];
  const { items } = (await ask(callerOf(randomUUID(), 'coordinator', remit))).body;
  t.match(items[0], { own: false, case: same, candidate: found.body.items[0].candidate });
  t.strictSame(
    items.map((item: { case: string }) => item.case).sort(),
    [named, same, ...unsure].sort(),
  );
});
