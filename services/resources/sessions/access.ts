import { randomUUID } from 'node:crypto';
import { sessionStartOf } from '@relais/contracts/session-codes';
import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';
import { addDays, dayOf } from '../stays/days.ts';

const everybody = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;
const shown = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;
const own = { owner: 'done', coordinator: 'hidden', stranger: 'hidden' } as const;
/** A year from now. */
const start = `${addDays(dayOf(new Date().toISOString()), 365)}T18:00`;
const terms = { schedule: { start, rule: 'FREQ=WEEKLY;COUNT=4' }, durationMinutes: 60, seats: 3 };
const theme = 'lecture-ecriture-calcul--maitriser-le-francais';
const registrant = () => ({ who: 'worker', worker: randomUUID() });

/** Series and sessions: seen by those who see the offer, organised by who offers it, each registers for itself. */
export async function sessionsAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  const offer = async (isHidden = false): Promise<string> => {
    const visibility = isHidden ? { to: 'members', members: [association] } : { to: 'public' };
    const body = { kind: 'workshop', title: 'Atelier', themes: [theme], visibility };
    return (await ask('/offers', body)).body.id;
  };
  /** A series whose first session has a registration, asked for or confirmed. */
  const made = async (operation: string, isHidden = false) => {
    const confirmation = /\/(?:confirm|refuse)$/.test(operation) ? 'organiser' : 'automatic';
    // What the organiser registers is confirmed: of what waits, one may be refused.
    const seats = confirmation === 'organiser' ? 1 : 3;
    const plan = { offer: await offer(isHidden), ...terms, seats, confirmation };
    const series = (await ask('/series', plan)).body.id as string;
    const path = `/series/${series}/sessions/${sessionStartOf(start)}/registrations`;
    const add = async () => (await ask(path, { registrant: registrant() })).body;
    const first = await add();
    const last = confirmation === 'organiser' ? await add() : first;
    await ask(`/series/${series}?waitFor=${last.position}`);
    return { series, registration: last.id as string, revision: last.revision as string };
  };
  const sample = await made('');
  return {
    samples: {
      'series.id': [sample.series],
      series: [sample.series],
      'series.start': [sessionStartOf(start)],
      ...{ terms: [terms], schedule: [terms.schedule], movedTo: [start] },
      registration: [sample.registration],
      'registrations.id': [sample.registration],
      offer: [await offer()],
      association: [association],
    },
    table: {
      'GET /v1/series': everybody,
      'POST /v1/series': shown,
      'GET /v1/series/{id}': shown,
      'POST /v1/series/{id}/change': shown,
      'POST /v1/series/{id}/end': shown,
      'GET /v1/sessions': everybody,
      'GET /v1/series/{id}/sessions/{start}': shown,
      'POST /v1/series/{id}/sessions/{start}/change': shown,
      'POST /v1/series/{id}/sessions/{start}/cancel': shown,
      'POST /v1/series/{id}/sessions/{start}/attendance': {
        ...{ owner: 'allowed', coordinator: 'allowed', stranger: 'hidden' },
      },
      'GET /v1/series/{id}/sessions/{start}/registrations': shown,
      'POST /v1/series/{id}/sessions/{start}/registrations': shown,
      'POST /v1/series/{id}/sessions/{start}/registrations/{registration}/confirm': {
        ...{ owner: 'allowed', coordinator: 'allowed', stranger: 'hidden' },
      },
      'POST /v1/series/{id}/sessions/{start}/registrations/{registration}/refuse': shown,
      'POST /v1/series/{id}/sessions/{start}/registrations/{registration}/cancel': shown,
      'GET /v1/registrations': everybody,
      'GET /v1/registrations/{id}': own,
    },
    async request(operation: string, relation: Relation) {
      const isHidden = relation === 'stranger';
      const url = operation.replace(/^\w+ /, '');
      if (operation === 'POST /v1/series') {
        return { url, body: { offer: await offer(isHidden), ...terms } };
      }
      if (!url.includes('{')) return { url };
      const { series, registration, revision } = await made(operation, isHidden);
      const path = url
        .replace('{id}', url.startsWith('/v1/registrations') ? registration : series)
        .replace('{start}', sessionStartOf(start))
        .replace('{registration}', registration);
      if (operation.startsWith('GET')) return { url: path };
      if (url.endsWith('/registrations')) {
        return { url: path, body: { registrant: registrant() } };
      }
      const isOfSeries = /\{id\}\/(?:change|end)$/.test(url);
      const ifMatch = isOfSeries ? '"0"' : `"${revision}"`;
      return { url: path, ifMatch, body: bodyOf(url, registration) };
    },
  };
}

function bodyOf(url: string, registration: string): object {
  if (url.endsWith('{id}/change')) return { from: start, terms };
  if (url.endsWith('{start}/change')) return { seats: { limit: 5 }, reason: 'more_room' };
  if (url.endsWith('{start}/cancel')) return { reason: 'weather' };
  if (/\/(?:refuse|cancel)$/.test(url)) return { reason: 'other' };
  if (!url.endsWith('/attendance')) return {};
  return { attendances: [{ registration, attendance: 'seen' }] };
}
