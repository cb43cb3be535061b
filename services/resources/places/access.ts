import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';

const terms = {
  kind: 'place',
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 20,
};
const shown = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const bodies: { readonly [end: string]: () => object } = {
  resize: () => ({ capacity: 25 }),
  'stay-policy': () => ({ policy: 'cph' }),
  units: () => ({ label: `Chambre ${randomUUID().slice(0, 8)}` }),
  unavailabilities: () => ({ reason: 'works' }),
  reservations: () => ({ holdUntil: inAnHour() }),
};

/** Places: counted for all who see the offer, kept and managed by who may. */
export async function placesAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  /** A counted offer with a named place, one that is not given, and one that is kept. */
  async function pool(isHidden: boolean) {
    const visibility = isHidden ? { to: 'members', members: [association] } : { to: 'public' };
    const { body } = await ask('/offers', { ...terms, visibility });
    const offer = `/offers/${body.id}`;
    await eventually(async () => (await ask(`${offer}/places`)).status === 200);
    const made: string[] = [];
    for (const path of ['units', 'unavailabilities', 'reservations']) {
      const { body } = await ask(`${offer}/${path}`, bodies[path]?.() ?? {});
      made.push(body.id);
    }
    const spare = await ask(`${offer}/units`, bodies.units?.() ?? {});
    const [, unavailability = '', reservation = ''] = made;
    return { id: body.id, unit: spare.body.id, unavailability, reservation, tag: spare.etag };
  }
  const known = await pool(false);
  return {
    samples: {
      id: [known.id],
      unit: [known.unit],
      unavailability: [known.unavailability],
      reservation: [known.reservation],
      person: [randomUUID(), null],
      holdUntil: [inAnHour()],
      from: ['2026-11-01'],
      to: ['2026-11-20'],
    },
    table: {
      'GET /v1/offers/{id}/places': shown,
      'GET /v1/offers/{id}/occupancy': shown,
      'POST /v1/offers/{id}/places/resize': shown,
      'POST /v1/offers/{id}/stay-policy': shown,
      'POST /v1/offers/{id}/units': shown,
      'POST /v1/offers/{id}/units/{unit}/remove': shown,
      'POST /v1/offers/{id}/unavailabilities': shown,
      'POST /v1/offers/{id}/unavailabilities/{unavailability}/end': shown,
      'POST /v1/offers/{id}/reservations': shown,
      'POST /v1/offers/{id}/reservations/{reservation}/confirm': shown,
      'POST /v1/offers/{id}/reservations/{reservation}/assign': shown,
      'POST /v1/offers/{id}/reservations/{reservation}/give-back': shown,
    },
    async request(operation: string, relation: Relation) {
      const made = await pool(relation === 'stranger');
      const url = operation
        .replace(/^\w+ /, '')
        .replace('{id}', made.id)
        .replace('{unit}', made.unit)
        .replace('{unavailability}', made.unavailability)
        .replace('{reservation}', made.reservation);
      if (operation.startsWith('GET')) return { url };
      const end = operation.slice(operation.lastIndexOf('/') + 1);
      const body = end === 'assign' ? { unit: made.unit } : (bodies[end]?.() ?? {});
      const creates = ['units', 'unavailabilities', 'reservations'].includes(end);
      return creates ? { url, body } : { url, body, ifMatch: made.tag };
    },
  };
}
