import { type Member, member, type Platform } from '../platform.ts';
import { type CaseFile, openCase } from './case.ts';
import { type Cast, castOf } from './cast.ts';
import { shelterTheme } from './referrals.ts';
import { after, expect, type Telling, type Told } from './telling.ts';

const weekMs = 7 * 24 * 3_600_000;

/** Row 7 of the domain: who finds no place waits, and has the place that comes free. */
export async function playWaiting(platform: Platform, telling: Telling): Promise<void> {
  const { print, step, until } = telling;
  print('\nPlus de place : la liste d’attente');
  const cast = castOf(platform);
  const { centre, places: keeper } = cast;
  const offer = await onePlace(keeper, telling);
  const first = await sent(cast, offer, telling);
  const second = await sent(cast, offer, telling);
  const act = (told: string, { id, etag }: Told, action: string, body: object = {}) =>
    step(told, centre.post(`/v1/referrals/${id}/${action}`, body, { etag }));
  await act('La seule place est pour la première', first, 'accept');
  const housed = await until(
    'Elle est réservée',
    () => centre.get(`/v1/referrals/${first.id}`),
    ({ state }) => state === 'accepted',
  );
  const reviewBy = new Date(Date.now() + weekMs).toISOString();
  const waits = await act('La seconde attend', second, 'waitlist', { reviewBy });
  const list = `/v1/offers/${offer}/waiting-list`;
  const sender = member(platform, 'resources', 'accueil-grande-synthe');
  await until(
    'Grande-Synthe voit qu’elle est la première',
    () => sender.get(list),
    ({ entries }) => entries?.[0]?.referral === second.id && entries[0].position === 1,
  );
  await refuseStay(keeper, first.id, telling);
  await act('L’orientation n’aboutit pas', housed, 'fail', { reason: 'not_interested' });
  await until(
    'La place est proposée à qui attend',
    () => keeper.get(list),
    ({ entries }) => entries?.[0]?.proposal != null,
  );
  await act('France terre d’asile accepte', waits, 'accept');
  await until(
    'La seconde a la place',
    () => centre.get(`/v1/referrals/${second.id}`),
    ({ state }) => state === 'accepted',
  );
  const kept = await until(
    'Personne n’attend plus',
    () => keeper.get(list),
    ({ length }) => length === 0,
  );
  expect('la liste est vide', kept.entries.length === 0, kept);
}

/** One place, of which everybody knows. */
async function onePlace(keeper: Member, { step, until }: Telling): Promise<string> {
  const { id } = await step(
    'France terre d’asile ouvre une place',
    keeper.post('/v1/offers', {
      ...{ kind: 'place', title: 'Relais complet (histoire)', themes: [shelterTheme] },
      ...{ places: 1, hasWaitingList: true },
    }),
  );
  const counted = await until(
    'Elle est comptée',
    () => keeper.get(`/v1/offers/${id}/places`),
    ({ available }) => available === 1,
  );
  const policy = { policy: 'relais-insertion' };
  await step(
    'Trois mois renouvelables',
    keeper.post(`/v1/offers/${id}/stay-policy`, policy, { etag: counted.etag }),
  );
  return id;
}

/** A referral of a new case to the offer, once the other service knows of it. */
async function sent(cast: Cast, offer: string, telling: Telling): Promise<Told> {
  const { site } = cast;
  const file: CaseFile = await openCase(cast, telling);
  await telling.until(
    'La place se trouve',
    () => site.get(`/v1/offers?theme=${shelterTheme}&limit=100`),
    ({ items }) => items.some(({ id }: Told) => id === offer),
  );
  const drafted = await telling.step(
    'Orientation préparée',
    site.post('/v1/referrals', {
      ...{ case: file.id, persons: [file.person], kind: 'placement', themes: [shelterTheme] },
      ...{ need: 'Un hébergement accompagné', target: { to: 'offer', offer }, priority: 'urgent' },
    }),
  );
  const path = `/v1/referrals/${drafted.id}/send`;
  const categories = { categories: ['identity', 'contact'] };
  return telling.step('Envoyée', site.post(path, categories, { etag: drafted.etag }));
}

async function refuseStay(keeper: Member, referral: string, { step, until }: Telling) {
  const { items } = await until(
    'Un séjour est proposé',
    () => keeper.get(`/v1/stays?referral=${referral}`),
    (body) => body.items.length === 1,
  );
  const [{ id, revision }] = items;
  const path = `/v1/stays/${id}/refuse`;
  const refusal = { reason: 'too_far' };
  const refused = await step(
    'La personne la refuse : trop loin',
    keeper.post(path, refusal, { etag: `"${revision}"` }),
  );
  await keeper.get(after(`/v1/stays/${id}`, refused));
}
