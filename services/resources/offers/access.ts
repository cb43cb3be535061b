import type { AccessProbe, AreaAccess, Relation } from '../access-probe.ts';

const changed = {
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
};
const terms = { ...changed, kind: 'place' };

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const shown = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;

/** Offers: found by those they are for, managed by who offers them and its coordinators. */
export async function offersAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  /** An offer that can be read, for all or for nobody but another association. */
  const offer = async (isHidden = false) => {
    const visibility = isHidden ? { to: 'members', members: [association] } : { to: 'public' };
    const contact = { name: 'Exemple', phone: null, email: null };
    const { body } = await ask('/offers', { ...terms, visibility, contact });
    const { id, position } = body as { id: string; position: string };
    await ask(`/offers/${id}?waitFor=${position}`);
    return id;
  };
  return {
    samples: {
      id: [await offer()],
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
      'GET /v1/offers/{id}/contact': shown,
      'GET /v1/offers/{id}/contact/readings': shown,
    },
    async request(operation: string, relation: Relation) {
      const path = operation.replace(/^\w+ /, '');
      if (!path.includes('{id}')) {
        return { url: path, ...(operation.startsWith('POST') && { body: terms }) };
      }
      const id = await offer(relation === 'stranger');
      const url = path.replace('{id}', id).replace('{version}', '0');
      if (operation.startsWith('GET')) return { url };
      const isResumed = path.endsWith('/resume');
      if (isResumed) await ask(`/offers/${id}/suspend`, {}, '"0"');
      return { url, ifMatch: isResumed ? '"1"' : '"0"', body: bodyOf(operation) };
    },
  };
}

function bodyOf(operation: string): object {
  if (operation.endsWith('/change')) return changed;
  return operation.endsWith('/reclassify') ? { kind: 'service' } : {};
}
