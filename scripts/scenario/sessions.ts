import { randomUUID } from 'node:crypto';
import { type Member, member, type Platform } from '../platform.ts';
import type { Telling } from './telling.ts';

const french = 'lecture-ecriture-calcul--maitriser-le-francais';

/** Local time on the wall in so many days, and the name a session that begins then has in addresses. */
function inDays(days: number, time: string) {
  return named(Temporal.Now.plainDateTimeISO('Europe/Paris').add({ days }).withPlainTime(time));
}

function named(wall: Temporal.PlainDateTime) {
  const local = wall.toString({ smallestUnit: 'minute' });
  return { local, start: local.replaceAll(/[-:]/g, '') };
}

/** Row 6 of the domain: pedagogical support, immersion and exchange days; row 10: workshops and cafés with times. */
export async function playSessions(platform: Platform, telling: Telling): Promise<void> {
  const { print } = telling;
  const of = (association: string) => member(platform, 'resources', association);
  print('\nLe réseau insertion : soutien pédagogique, journées d’immersion et d’échange');
  await immersionDay(of('aurore'), [of('cimade'), of('singa'), of('kabubu')], telling);
  await training(of('aurore'), of('utopia-56'), telling);
  await exchangeDays(of('france-terre-d-asile'), of('aurore'), telling);
  print('\nLes initiatives : ateliers de français et cafés, avec leurs heures');
  await café(platform, of('les-amarres'), of('weavers'), telling);
}

async function planned(
  { step }: Telling,
  organiser: Member,
  offer: { readonly kind: string; readonly title: string },
  terms: object,
): Promise<string> {
  const body = { themes: [french], visibility: { to: 'public' }, ...offer };
  const { id } = await step(`Offre : ${offer.title}`, organiser.post('/v1/offers', body));
  const series = { offer: id, ...terms };
  const told = await step('Les dates sont posées', organiser.post('/v1/series', series));
  return `/v1/series/${told.id}`;
}

const worker = () => ({ registrant: { who: 'worker', worker: randomUUID() } });

/** Two seats for three: the last waits, and has the seat of who cancels. */
async function immersionDay(host: Member, guests: Member[], telling: Telling): Promise<void> {
  const { step, until } = telling;
  const { local, start } = inDays(20, '09:00');
  const offer = { kind: 'immersion_day', title: 'Une journée au relais insertion' };
  const terms = { schedule: { start: local }, durationMinutes: 420, seats: 2 };
  const session = `${await planned(telling, host, offer, terms)}/sessions/${start}`;
  const path = `${session}/registrations`;
  const [first, , last] = [
    await step('La Cimade inscrit une salariée', the(guests, 0).post(path, worker())),
    await step('SINGA inscrit un bénévole', the(guests, 1).post(path, worker())),
    await step('Kabubu vient trop tard : liste d’attente', the(guests, 2).post(path, worker())),
  ];
  if (last?.state !== 'waiting') throw new Error(`the third has ${last?.state}`);
  await step(
    'La Cimade annule',
    the(guests, 0).post(
      `${path}/${first?.id}/cancel`,
      { reason: 'not_available' },
      { etag: last.etag },
    ),
  );
  await until(
    'Kabubu a la place',
    () => the(guests, 2).get(`/v1/registrations/${last.id}`),
    ({ state }) => state === 'confirmed',
  );
  const seen = await step('Aurore regarde sa journée', host.get(session));
  if (seen.confirmed !== 2 || seen.seatsLeft !== 0) throw new Error('two seats, two guests');
}

/** Pedagogical support: a session that is over, with who came; no day has passed since, when the host is reminded. */
async function training(host: Member, guest: Member, telling: Telling): Promise<void> {
  const { step } = telling;
  const over = Temporal.Now.plainDateTimeISO('Europe/Paris').subtract({ hours: 20 });
  const [first, next] = [named(over), named(over.add({ weeks: 1 }))];
  const offer = { kind: 'training_day', title: 'Soutien pédagogique : évaluer un niveau' };
  const schedule = { start: first.local, rule: 'FREQ=WEEKLY;COUNT=6' };
  const series = await planned(telling, host, offer, { schedule, durationMinutes: 180, seats: 12 });
  const past = `${series}/sessions/${first.start}`;
  const came = await step('Aurore note qui est venu', host.post(`${past}/registrations`, worker()));
  const attendances = [{ registration: came.id, attendance: 'seen' }];
  await step('Présence', host.post(`${past}/attendance`, { attendances }, { etag: came.etag }));
  const path = `${series}/sessions/${next.start}`;
  const made = await step('Utopia 56 s’inscrit', guest.post(`${path}/registrations`, worker()));
  const move = { movedTo: inDays(7, '14:00').local, reason: 'organiser_unavailable' };
  const moved = await step('La séance est déplacée', host.post(`${path}/change`, move, made));
  const kept = await telling.until(
    'Utopia 56 reste inscrite, à la nouvelle heure',
    () => guest.get(`/v1/registrations/${made.id}?waitFor=${moved.position}`),
    ({ state }) => state === 'confirmed',
  );
  if (kept.start !== next.start) throw new Error('a session keeps its address');
}

/** An exchange day that is cancelled tells who was registered. */
async function exchangeDays(host: Member, guest: Member, telling: Telling): Promise<void> {
  const { step, until } = telling;
  const { local, start } = inDays(30, '09:30');
  const offer = { kind: 'exchange_day', title: 'Journée d’échange des relais' };
  const terms = { schedule: { start: local }, durationMinutes: 360, confirmation: 'organiser' };
  const session = `${await planned(telling, host, offer, terms)}/sessions/${start}`;
  const asked = await step('Aurore demande', guest.post(`${session}/registrations`, worker()));
  const path = `${session}/registrations/${asked.id}/confirm`;
  const confirmed = await step('France terre d’asile confirme', host.post(path, {}, asked));
  const reason = { reason: 'transport' };
  await step('Grève : la journée est annulée', host.post(`${session}/cancel`, reason, confirmed));
  await until(
    'Aurore l’apprend',
    () => guest.get(`/v1/registrations/${asked.id}`),
    ({ state, cancelledBy }) => state === 'cancelled' && cancelledBy === 'organiser',
  );
}

/** A workshop each week: found by its language and read by a calendar program, without a name in it. */
async function café(
  platform: Platform,
  host: Member,
  guest: Member,
  telling: Telling,
): Promise<void> {
  const { local, start } = inDays(3, '18:00');
  const offer = { kind: 'workshop', title: 'Café des langues' };
  const schedule = { start: local, rule: 'FREQ=WEEKLY;COUNT=10' };
  const terms = { schedule, durationMinutes: 120, languages: ['fr', 'ar'], place: 'La péniche' };
  const series = await planned(telling, host, offer, terms);
  const person = { who: 'person', person: randomUUID(), case: randomUUID() };
  const body = { registrant: person, label: 'Exemple' };
  const path = `${series}/sessions/${start}/registrations`;
  const made = await telling.step('Weavers inscrit une personne', guest.post(path, body));
  const query = `language=ar&series=${series.slice(-36)}&waitFor=${made.position}`;
  const { items } = await telling.step('Les dates', guest.get(`/v1/sessions?${query}`));
  if (items.length < 4) throw new Error(`${items.length} sessions in a month`);
  const address = `${platform.services.resources}/calendars/series/${series.slice(-36)}.ics`;
  const answer = await fetch(address, { headers: { accept: 'text/calendar' } });
  const calendar = await answer.text();
  if ((calendar.match(/BEGIN:VEVENT/g) ?? []).length !== 10) throw new Error(calendar);
  if (/Exemple/.test(calendar)) throw new Error('a name in a calendar');
  telling.print('  Le calendrier public a dix rendez-vous et aucun nom');
}

function the(members: readonly Member[], index: number): Member {
  const found = members[index];
  if (found === undefined) throw new Error('too few members');
  return found;
}
