import { randomUUID } from 'node:crypto';
import { type Member, member, type Platform } from '../platform.ts';
import type { Telling, Told } from './telling.ts';

const theme = 'logement-hebergement--rechercher-une-solution-dhebergement-temporaire';
const hourMs = 3_600_000;

/** Row 7 of the domain: places that have names, are kept for a while, confirmed, given back, and seen over time. */
export async function playPlaces(
  platform: Platform,
  { print, step, until }: Telling,
): Promise<void> {
  print('\nDes places comptées : relais insertion');
  const keeper = member(platform, 'resources', 'france-terre-d-asile');
  const asker = member(platform, 'resources', 'utopia-56');
  const offered = await step(
    'France terre d’asile ouvre deux places',
    keeper.post('/v1/offers', {
      kind: 'place',
      title: 'Relais insertion (histoire)',
      themes: [theme],
      places: 2,
    }),
  );
  const path = `/v1/offers/${offered.id}`;
  const seen = (told: string, isAsAwaited: (body: Told) => boolean) =>
    until(told, () => keeper.get(`${path}/places`), isAsAwaited);
  const counted = await seen('Elles sont comptées', ({ available }) => available === 2);
  await step(
    'Trois mois renouvelables',
    keeper.post(`${path}/stay-policy`, { policy: 'relais-insertion' }, { etag: counted.etag }),
  );
  for (const label of ['Appartement 1', 'Appartement 2']) {
    await step(`${label} reçoit son nom`, keeper.post(`${path}/units`, { label }));
  }

  const keep = () => {
    const holdUntil = new Date(Date.now() + hourMs).toISOString();
    return asker.post(`${path}/reservations`, { holdUntil, person: randomUUID() });
  };
  const kept = await step('Utopia 56 retient une place une heure', keep());
  const other = await step('Et une autre', keep());
  const refused = await keep();
  if (refused.body.code !== 'no-place') throw new Error('a third place of two was given');
  print('  Il n’y en a pas de troisième');
  const full = await seen('Tout est retenu', ({ available }) => available === 0);
  const reservation = `${path}/reservations/${kept.id}`;
  await step(
    'France terre d’asile confirme la première',
    keeper.post(`${reservation}/confirm`, {}, { etag: full.etag }),
  );
  await playStay(keeper, offered.id, { step, until });
  const left = await seen('La place est rendue', ({ reserved }) => reserved === 1);
  await step(
    'Utopia 56 rend l’autre : la personne a trouvé mieux',
    asker.post(`${path}/reservations/${other.id}/give-back`, {}, { etag: left.etag }),
  );
  await seen('Tout est de nouveau libre', ({ available, units }) => {
    const vacant = units.filter(({ state }: { state: string }) => state === 'vacant');
    return available === 2 && vacant.length === 2;
  });
  await until(
    'L’occupation du jour le montre',
    () => asker.get(`${path}/occupancy?step=day`),
    ({ periods }) => periods[0]?.capacity === 2 && periods[0]?.reserved === 0,
  );
}

/** Somebody comes, stays a while longer, and finds a home. */
async function playStay(
  keeper: Member,
  offer: string,
  { step, until }: Pick<Telling, 'step' | 'until'>,
): Promise<void> {
  const { items } = await until(
    'Un séjour est proposé',
    () => keeper.get(`/v1/stays?offer=${offer}`),
    (body) => body.items.length === 1,
  );
  const stay = `/v1/stays/${items[0].id}`;
  let etag = `"${items[0].revision}"`;
  const tell = async (told: string, action: string, body: object = {}) => {
    const answer = await step(told, keeper.post(`${stay}/${action}`, body, { etag }));
    ({ etag } = answer);
  };
  await tell('La personne l’accepte', 'accept');
  await tell('Elle arrive', 'arrive');
  const arrivedOn = new Date(Date.now() - 45 * 24 * hourMs).toISOString().slice(0, 10);
  await tell('En vérité, il y a six semaines', 'correct-arrival', {
    ...{ arrivedOn, reason: 'typing_error' },
  });
  const due = await until(
    'Le renouvellement est à décider',
    () => keeper.get(stay),
    ({ state }) => state === 'renewal_due',
  );
  ({ etag } = due);
  await tell('Trois mois de plus', 'renew', { decidedBy: 'association' });
  await tell('Elle a trouvé un logement', 'end', { outcome: 'social_housing' });
}
