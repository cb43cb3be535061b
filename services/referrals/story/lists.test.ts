import { randomUUID } from 'node:crypto';
import t from 'tap';
import { storyteller } from './case.ts';
import { member, newCast } from './cast.ts';
import { callerOf, type Reply, readProbe } from './probe.ts';

const probe = await readProbe(t);
const ids = ({ body }: Reply): string[] => body.items.map(({ id }: { id: string }) => id);

t.test('cases are listed to their owner, archived or not, by referent', async (t) => {
  const cast = newCast();
  const [first, second] = [storyteller(probe, cast), storyteller(probe, cast)];
  await first.open();
  await second.open();
  await second.part('case-archived.v1', async () => ({
    association: cast.owner.association,
    reason: 'moved_away',
  }));
  await probe.settled();
  t.same(ids(await probe.get('/cases', cast.owner)), [first.caseId, second.caseId]);
  t.same(ids(await probe.get('/cases?archived=true', cast.owner)), [second.caseId]);
  t.same(ids(await probe.get('/cases?archived=false', cast.owner)), [first.caseId]);
  t.same(ids(await probe.get(`/cases?referent=${first.referent}`, cast.owner)), [first.caseId]);
  t.same(ids(await probe.get('/cases', cast.stranger)), []);
  const { status, body } = await probe.get('/cases?owner=x', cast.owner);
  t.equal(status, 400, JSON.stringify(body));
});

t.test(
  'the inbox has what was sent, next date first, and survives arrivals while paging',
  async (t) => {
    const cast = newCast();
    const tell = storyteller(probe, cast);
    await tell.open();
    const send = async (due: number) => {
      const referral = tell.referral(cast.receiver);
      await referral.draft();
      await referral.send('shared', { due });
      return referral.id;
    };
    const late = await send(3);
    const early = await send(1);
    const middle = await send(2);
    const draft = tell.referral(cast.receiver);
    await draft.draft();
    await probe.settled();
    t.same(ids(await probe.get('/inbox', cast.receiver)), [early, middle, late]);
    t.ok(ids(await probe.get('/outbox', cast.owner)).includes(draft.id));

    const page = await probe.get('/inbox?limit=2', cast.receiver);
    await send(0);
    await probe.settled();
    const next = await probe.get(`/inbox?limit=2&cursor=${page.body.next}`, cast.receiver);
    t.same([...ids(page), ...ids(next)], [early, middle, late], 'none twice, none left out');
    const forged = await probe.get(`/inbox?limit=2&cursor=${page.body.next}`, cast.owner);
    t.equal(forged.status, 400, 'a cursor is its association’s');

    t.same(ids(await probe.get('/inbox?state=declined&state=completed', cast.receiver)), []);
    t.equal(ids(await probe.get('/inbox?state=sent&priority=normal', cast.receiver)).length, 4);
    t.same(ids(await probe.get('/inbox?priority=urgent', cast.receiver)), []);
    const theme = 'sante--acces-aux-soins';
    t.equal(ids(await probe.get(`/inbox?theme=${theme}`, cast.receiver)).length, 4);
  },
);

t.test('an open referral is offered to the eligible, until one claims it', async (t) => {
  const cast = newCast();
  const union = callerOf(randomUUID());
  const closed = callerOf(randomUUID());
  await probe.append(`association-${cast.eligible.association}`, async () =>
    member(cast.eligible.association),
  );
  await probe.append(`association-${union.association}`, async () =>
    member(union.association, { kind: 'union' }),
  );
  await probe.append(`association-${closed.association}`, async () =>
    member(closed.association, { acceptsOpenReferrals: false }),
  );
  const tell = storyteller(probe, cast);
  await tell.open();
  const referral = tell.referral(null);
  await referral.draft();
  await referral.send();
  await probe.settled();
  t.same(ids(await probe.get('/open-referrals', cast.eligible)), [referral.id]);
  for (const who of [union, closed, cast.stranger, cast.owner]) {
    t.same(ids(await probe.get('/open-referrals', who)), []);
  }
  const { body } = await probe.get(`/referrals/${referral.id}`, cast.eligible);
  t.equal(body.level, 'eligible');
  t.same(body.allowedActions, ['claim']);
  const receiver = cast.eligible.association;
  await referral.step('referral-claimed.v1', cast.eligible, () => ({
    ...{ receiver, offer: null, grounds: [] },
  }));
  await probe.settled();
  t.same(ids(await probe.get('/open-referrals', cast.eligible)), []);
  t.same(ids(await probe.get('/inbox', cast.eligible)), [referral.id]);
});

t.test('the directory names members and offers, the codes have labels', async (t) => {
  const cast = newCast();
  const offer = randomUUID();
  const { association } = cast.receiver;
  await probe.append(`association-${association}`, async () => member(association));
  await probe.append(`offer-${offer}`, async () => ({
    type: 'offer-published.v1',
    data: {
      ...{ offer, association, kind: 'place', title: 'CPH', themes: [], publics: [] },
      ...{
        communes: ['94028'],
        languages: ['fr'],
        places: 50,
        hasWaitingList: true,
        deadlines: {},
      },
    },
  }));
  await probe.settled();
  const offers = await probe.get(`/offers?association=${association}`, cast.owner);
  t.match(offers.body.items, [{ id: offer, counted: true, hasWaitingList: true, state: 'open' }]);
  const members = await probe.get('/associations?limit=100', cast.owner);
  t.ok(ids(members).includes(association));
  const codes = await probe.get('/reason-codes', cast.owner, { 'accept-language': 'en' });
  const noCapacity = codes.body.items.find(({ code }: { code: string }) => code === 'no_capacity');
  t.same(noCapacity, {
    code: 'no_capacity',
    label: 'No capacity',
    uses: ['decline', 'hold', 'end'],
  });
  const actions = await probe.get('/referral-actions', cast.owner);
  t.match(actions.body.items[0], { action: 'draft', to: ['draft'], who: ['sender'] });
});

t.test('rows written a moment ago are waited for', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  await tell.open();
  const position = await probe.log.head();
  const { status } = await probe.get(`/cases/${tell.caseId}?waitFor=${position}`, cast.owner);
  t.equal(status, 200);
});
