import { eventually } from '@relais/event-log/fixtures/eventually';
import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';

const body = {
  kind: 'place',
  title: 'Relais insertion',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 1,
};
const own = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;
const managed = { owner: 'done', coordinator: 'done', stranger: 'forbidden' } as const;
const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const bodies: { readonly [action: string]: object } = {
  refuse: { reason: 'too_far' },
  renew: { decidedBy: 'association' },
  extend: { months: 1, reason: 'health' },
  leave: { leavesOn: daysAgo(-300).slice(0, 10) },
  'correct-arrival': { arrivedOn: daysAgo(90).slice(0, 10), reason: 'typing_error' },
  end: { outcome: 'own_housing' },
};

/** Stays: known to the association that people stay at and to its coordinators, and to nobody else. */
export async function staysAccess({ ask }: AccessProbe): Promise<AreaAccess> {
  /** A stay that this action can be told of. */
  async function stay(action: string) {
    const offer = await ask('/offers', body);
    const path = `/offers/${offer.body.id}`;
    await eventually(async () => (await ask(`${path}/places`)).status === 200);
    await ask(`${path}/stay-policy`, { policy: 'relais-insertion' }, '"0"');
    const holdUntil = new Date(Date.now() + 3_600_000).toISOString();
    const kept = await ask(`${path}/reservations`, { holdUntil });
    await ask(`${path}/reservations/${kept.body.id}/confirm`, {}, kept.etag);
    const id = await eventually<string>(async () => {
      const { body } = await ask(`/stays?offer=${offer.body.id}`);
      return body.items[0]?.id;
    });
    let { etag } = await ask(`/stays/${id}`);
    if (['accept', 'refuse'].includes(action)) return { id, offer: offer.body.id, etag };
    ({ etag } = await ask(`/stays/${id}/accept`, {}, etag));
    if (action === 'arrive') return { id, offer: offer.body.id, etag };
    // Long enough ago for a renewal, which the platform notes by itself.
    await ask(`/stays/${id}/arrive`, { occurredAt: daysAgo(45) }, etag);
    etag = await eventually<string>(async () => {
      const { body, etag } = await ask(`/stays/${id}`);
      return body.state === 'renewal_due' && etag;
    });
    if (action === 'remain') {
      ({ etag } = await ask(`/stays/${id}/leave`, bodies.leave ?? {}, etag));
    }
    return { id, offer: offer.body.id, etag };
  }
  const known = await stay('accept');
  return {
    samples: {
      id: [known.id],
      offer: [known.offer],
      state: ['offered'],
      endsBefore: ['2030-01-01'],
    },
    table: {
      'GET /v1/stays': everybody,
      'GET /v1/stays/{id}': own,
      'GET /v1/offers/{id}/stay-figures': managed,
      'POST /v1/stays/{id}/accept': own,
      'POST /v1/stays/{id}/refuse': own,
      'POST /v1/stays/{id}/arrive': own,
      'POST /v1/stays/{id}/correct-arrival': own,
      'POST /v1/stays/{id}/renew': own,
      'POST /v1/stays/{id}/extend': {
        owner: 'forbidden',
        coordinator: 'allowed',
        stranger: 'hidden',
      },
      'POST /v1/stays/{id}/leave': own,
      'POST /v1/stays/{id}/remain': own,
      'POST /v1/stays/{id}/end': own,
    },
    async request(operation: string, _relation: Relation) {
      const path = operation.replace(/^\w+ /, '');
      if (!path.includes('{id}')) return { url: path };
      const action = path.slice(path.lastIndexOf('/') + 1);
      const { id, offer, etag } = await stay(action === '{id}' ? 'accept' : action);
      const url = path.replace('{id}', path.startsWith('/v1/offers') ? offer : id);
      if (operation.startsWith('GET')) return { url };
      return { url, body: bodies[action] ?? {}, ifMatch: etag };
    },
  };
}
