import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { addDays, dayOf } from '../stays/days.ts';
import { placesReaction } from './react.ts';

const { ask, rows, settled } = await accessProbe();
const themes = ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'];
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

t.test('occupancy counts who lived there, whenever that was told', async (t) => {
  const { body } = await ask('/offers', { kind: 'place', title: 'Relais', themes, places: 3 });
  const path = `/offers/${body.id}`;
  await eventually(async () => (await ask(`${path}/places`)).status === 200);
  await ask(`${path}/stay-policy`, { policy: 'relais-insertion' }, '"0"');
  const holdUntil = daysAgo(-1);
  for (const _ of [1, 2]) {
    const kept = await ask(`${path}/reservations`, { holdUntil });
    const confirmed = await ask(`${path}/reservations/${kept.body.id}/confirm`, {}, kept.etag);
    t.equal(confirmed.status, 200);
  }
  const stays = await eventually<{ id: string; etag: string }[]>(async () => {
    const { items } = (await ask(`/stays?offer=${body.id}`)).body;
    return items.length === 2 && items;
  });
  const told = [
    ['accept', 'arrive', 'end'],
    ['accept', 'arrive'],
  ];
  const when: { readonly [action: string]: readonly [number, number] } = {
    ...{ accept: [6, 6], arrive: [5, 4], end: [2, 0] },
  };
  for (const [n, { id }] of stays.entries()) {
    let etag = '"0"';
    for (const action of told[n] ?? []) {
      const at = { occurredAt: daysAgo(when[action]?.[n] ?? 0) };
      const outcome = action === 'end' ? { outcome: 'own_housing' } : {};
      const answer = await ask(`/stays/${id}/${action}`, { ...at, ...outcome }, etag);
      t.equal(answer.status, 200, JSON.stringify(answer.body));
      ({ etag } = answer);
    }
  }
  await settled(placesReaction);
  await settled();
  // The places have been there for longer than this test.
  await rows.query(`update pool_capacity set since = since - interval '30 days' where offer = $1`, [
    body.id,
  ]);
  const today = dayOf(new Date().toISOString());
  const { periods } = (await ask(`${path}/occupancy?from=${addDays(today, -6)}`)).body;
  const counted = periods.map((one: Record<string, number>) => [one.reserved, one.occupied]);
  t.same(counted, [
    [0, 0],
    [1, 1],
    [2, 2],
    [2, 2],
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});
