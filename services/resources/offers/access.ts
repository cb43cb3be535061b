import { randomUUID } from 'node:crypto';
import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';

const changed = {
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
};
const terms = { ...changed, kind: 'place', places: 3 };

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const shown = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;

/** Offers and their places: found by those they are for, managed by who offers them and its coordinators. */
export async function offersAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  /** A counted offer whose pool can be read, in this state; for nobody but another association, or for all. */
  const offer = async (state: 'open' | 'suspended' = 'open', isHidden = false) => {
    const visibility = isHidden ? { to: 'members', members: [randomUUID()] } : { to: 'public' };
    const contact = { name: 'Exemple', phone: null, email: null };
    const { body } = await ask('/offers', { ...terms, visibility, contact });
    const { id } = body as { id: string };
    const deadline = performance.now() + 20_000;
    while ((await ask(`/offers/${id}/places`)).status !== 200) {
      if (performance.now() > deadline) throw new Error('the pool was not opened');
    }
    if (state === 'open') return { id, tag: '"0"' };
    await ask(`/offers/${id}/suspend`, {}, '"0"');
    return { id, tag: '"1"' };
  };
  return {
    samples: {
      id: [(await offer()).id],
      association: [association],
      version: ['0'],
    },
    table: {
      'GET /v1/offers': everybody,
      'POST /v1/offers': everybody,
      'GET /v1/offers/{id}': shown,
      'GET /v1/offers/{id}/versions': shown,
      'GET /v1/offers/{id}/versions/{version}': shown,
      'POST /v1/offers/{id}/change': shown,
      'POST /v1/offers/{id}/reclassify': shown,
      'POST /v1/offers/{id}/confirm': shown,
      'POST /v1/offers/{id}/suspend': shown,
      'POST /v1/offers/{id}/resume': shown,
      'POST /v1/offers/{id}/withdraw': shown,
      'POST /v1/offers/{id}/forget-contact': shown,
      'GET /v1/offers/{id}/places': shown,
      'POST /v1/offers/{id}/places/resize': shown,
    },
    async request(operation: string, relation: Relation) {
      const state = operation.endsWith('/resume') ? 'suspended' : 'open';
      const made = await offer(state, relation === 'stranger');
      const url = operation.replace(/^\w+ /, '').replace('{id}', made.id).replace('{version}', '0');
      if (operation === 'POST /v1/offers') return { url, body: terms };
      if (operation.startsWith('GET')) return { url };
      const ifMatch = operation.endsWith('/resize') ? '"0"' : made.tag;
      return { url, ifMatch, body: bodyOf(operation) };
    },
  };
}

function bodyOf(operation: string): object {
  if (operation.endsWith('/resize')) return { capacity: 5 };
  if (operation.endsWith('/change')) return changed;
  return operation.endsWith('/reclassify') ? { kind: 'service' } : {};
}
