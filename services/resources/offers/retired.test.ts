import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { putOnWaitingList, tell } from '../waiting-lists/waiting-fixture.ts';

const { ask, association, log, settled, tokenOf, tokens } = await accessProbe();
const holder = await tokenOf('partner', randomUUID());
const waiting = randomUUID();
const sender = await tokenOf('partner', waiting);
const housed = randomUUID();
const housing = await tokenOf('partner', housed);
const { owner, coordinator, stranger } = tokens;

/** To a referral of one more association, which is not on the list any more then. */
async function givePlace(offer: string): Promise<void> {
  const referral = await putOnWaitingList(log, { offer, association, sender: housed });
  const parties = { case: randomUUID(), sender: housed, receiver: association };
  const place = { offer, reservation: randomUUID() };
  const told = { persons: [], grounds: [], text: null };
  await tell(log, referral, 1n, 'referral-place-requested.v1', { ...parties, ...place, ...told });
  const accepted = { ...parties, kind: 'placement', place, ...told };
  await tell(log, referral, 2n, 'referral-accepted.v1', accepted);
  await eventually(async () => {
    const { body } = await ask(`/offers/${offer}/places`);
    const own = body.reservations.find((one: { referral: string }) => one.referral === referral);
    return (
      own?.heldUntil === null && (await ask(`/offers/${offer}/waiting-list`)).body.length === 0
    );
  });
}

const themes = ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'];
const get = (path: string, token: string) => ask(path, undefined, undefined, token);

t.test(
  'what a retired organisation offers is for its keepers and for whom it concerns',
  async (t) => {
    const organisation = (await ask('/organisations', { name: 'Café fermé' })).body.id;
    const { body } = await ask('/offers', {
      ...{ kind: 'place', title: 'Relais fermé', places: 2, hasWaitingList: true, organisation },
      themes,
      contact: { name: 'Exemple', phone: null, email: null },
    });
    const offer: string = body.id;
    const path = `/offers/${offer}`;
    await eventually(async () => (await ask(`${path}/places`)).status === 200);
    const holdUntil = new Date(Date.now() + 3_600_000).toISOString();
    const kept = await ask(`${path}/reservations`, { holdUntil }, undefined, holder);
    t.equal(kept.status, 201);
    await givePlace(offer);
    await putOnWaitingList(log, { offer, association, sender: waiting });
    await eventually(async () => (await ask(`${path}/waiting-list`)).body.length === 1);
    const retired = await ask(`/organisations/${organisation}/retire`, {}, '"0"');
    await settled();

    const reads = [
      '',
      '/versions',
      '/versions/0',
      '/places',
      '/occupancy',
      '/waiting-list',
      '/contact',
    ];
    for (const end of reads) {
      const hidden = await get(`${path}${end}`, stranger);
      const unknown = await get(`/offers/${randomUUID()}${end}`, stranger);
      t.same(hidden.body, unknown.body, `${end} is not there for others`);
      t.equal(hidden.status, 404);
      for (const token of [owner, coordinator, holder, sender, housing]) {
        t.equal((await get(`${path}${end}`, token)).status, 200, end);
      }
    }
    const lists = async (token: string) => {
      const { body } = await get('/offers?state=open', token);
      return body.items.some(({ id }: { id: string }) => id === offer);
    };
    t.equal(await lists(stranger), false);
    t.equal(await lists(owner), true, 'who keeps it finds it by its state');
    const { etag } = await get(path, owner);
    const told = [
      ['/suspend', {}],
      ['/change', { title: 'À moi', themes }],
      ['/reservations', { holdUntil }],
      ['/places/resize', { capacity: 3 }],
    ] as const;
    for (const [end, sent] of told) {
      const hidden = await ask(`${path}${end}`, sent, etag, stranger);
      t.equal(hidden.status, 404, `${end} neither`);
    }
    t.match(await ask(`${path}/reservations`, { holdUntil }, undefined, holder), {
      ...{ status: 409, body: { code: 'wrong-state' } },
    });
    const back = `${path}/reservations/${kept.body.id}/give-back`;
    t.equal((await ask(back, {}, (await ask(`${path}/places`)).etag, holder)).status, 200);

    const listed = `/organisations/${organisation}/change`;
    t.equal((await ask(listed, { name: 'Café rouvert' }, retired.etag)).status, 200);
    await settled();
    t.equal((await get(path, stranger)).status, 200);
  },
);
