import { randomUUID } from 'node:crypto';
import type { WaitingListView } from '@relais/contracts/waiting-list-views';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { placesReaction } from '../places/react.ts';
import { putOnWaitingList, tell } from './waiting-fixture.ts';

const { ask, log, association, tokens, tokenOf, settled } = await accessProbe();
type Entry = WaitingListView['entries'][number];

/** An offer whose places are all taken, and the referrals that wait for one, in the order they came in. */
async function fullHouse(...priorities: ('emergency' | 'urgent' | 'normal')[]) {
  const { body } = await ask('/offers', {
    kind: 'place',
    title: 'CPH',
    themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
    places: 0,
    hasWaitingList: true,
  });
  const offer: string = body.id;
  const path = `/offers/${offer}`;
  await eventually(async () => (await ask(`${path}/places`)).status === 200);
  const sender = randomUUID();
  const waiting: string[] = [];
  for (const priority of priorities) {
    waiting.push(await putOnWaitingList(log, { offer, association, sender, priority }));
    await listed((entries) => entries.length === waiting.length);
  }
  function listed(holds: (entries: readonly Entry[]) => boolean) {
    return eventually(async () => {
      const { status, body, etag } = await ask(`${path}/waiting-list`);
      const entries: Entry[] = status === 200 ? body.entries : [];
      return status === 200 && holds(entries) && { entries, etag };
    });
  }
  return { offer, path, sender, waiting, listed };
}
const order = (entries: readonly Entry[]) => entries.map(({ referral }) => referral);

t.test('who waits is in the order of priority, then of the day they came', async (t) => {
  const { path, sender, waiting, listed } = await fullHouse('normal', 'urgent', 'normal');
  const [first, urgent, last] = waiting as [string, string, string];
  const { entries, etag } = await listed(() => true);
  t.same(order(entries), [urgent, first, last]);
  t.same(
    entries.map(({ position }) => position),
    [1, 2, 3],
  );

  const move = (body: object, token?: string) =>
    ask(`${path}/waiting-list/move`, body, etag, token);
  t.match(await move({ referral: last, before: urgent }), { status: 400 }, 'only with a reason');
  const asked = { referral: last, before: urgent, reason: 'vulnerability' };
  t.equal((await move(asked, tokens.stranger)).status, 403);
  t.match(await move({ ...asked, before: randomUUID() }), {
    status: 422,
    body: { code: 'not-waiting' },
  });
  t.equal((await move(asked)).status, 200);
  t.same(order((await listed(([one]) => one?.referral === last)).entries), [last, urgent, first]);

  const ofSender = await ask(
    `${path}/waiting-list`,
    undefined,
    undefined,
    await tokenOf('partner', sender),
  );
  t.equal(ofSender.body.entries.length, 3, 'a sender sees its own');
  const ofOthers = await ask(`${path}/waiting-list`, undefined, undefined, tokens.stranger);
  t.match(ofOthers.body, { length: 3 });
  t.same(ofOthers.body.entries, [], 'others see how many');
});

t.test(
  'a place that comes free is kept for who is next, and the one after when it is not taken',
  async (t) => {
    const { path, sender, waiting, listed } = await fullHouse('normal', 'normal');
    const [first, second] = waiting as [string, string];
    await ask(`${path}/places/resize`, { capacity: 1 }, (await ask(`${path}/places`)).etag);
    const proposed = await listed(([one]) => one?.proposal !== null);
    t.same(
      proposed.entries.map(({ proposal }) => proposal === null),
      [false, true],
    );
    const kept = await eventually(async () => {
      const places = await ask(`${path}/places`);
      return places.body.reserved === 1 && places;
    });
    t.match(kept.body, { available: 0, reservations: [{ referral: first }] });

    const { reservation } = kept.body.reservations[0];
    await ask(`${path}/reservations/${reservation}/give-back`, {}, kept.etag);
    const next = await listed((entries) =>
      entries.some((one) => one.referral === second && one.proposal !== null),
    );
    t.match(
      next.entries.find(({ referral }) => referral === first),
      { passes: 1, proposal: null },
    );

    const again = { referral: first, before: second, reason: 'health' };
    const moved = await ask(`${path}/waiting-list/move`, again, next.etag);
    t.equal(moved.status, 200);
    const afresh = await listed(([one]) => one?.passes === 0);
    t.same(order(afresh.entries), [first, second], 'a move by hand gives the turn back');

    const parties = { case: randomUUID(), sender, receiver: association };
    const withdrawn = {
      ...parties,
      reason: 'situation_changed',
      requestedBy: 'sender',
      text: null,
    };
    await tell(log, second, 1n, 'referral-withdrawn.v1', withdrawn);
    const back = await listed((entries) => entries.length === 1 && entries[0]?.proposal !== null);
    t.same(order(back.entries), [first], 'who let it go is asked again when nobody else waits');
  },
);

t.test('nothing is proposed from a suspended offer, until it is resumed', async (t) => {
  const { path, waiting, listed } = await fullHouse('normal', 'normal');
  const suspended = await ask(`${path}/suspend`, {}, (await ask(path)).etag);
  t.equal(suspended.status, 200);
  await ask(`${path}/places/resize`, { capacity: 1 }, (await ask(`${path}/places`)).etag);
  await settled(placesReaction);
  await settled();
  const proposed = (entries: readonly Entry[]) =>
    entries.filter(({ proposal }) => proposal !== null).map(({ referral }) => referral);
  t.same(proposed((await listed(() => true)).entries), []);
  t.equal((await ask(`${path}/resume`, {}, suspended.etag)).status, 200);
  const resumed = await listed((entries) => proposed(entries).length > 0);
  t.same(proposed(resumed.entries), waiting.slice(0, 1), 'and goes on with who is next');
});
