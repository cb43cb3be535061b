import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const terms = {
  kind: 'place',
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 3,
};

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const managers = { owner: 'allowed', coordinator: 'allowed', stranger: 'forbidden' } as const;

/** Offers and their places: read by everybody, managed by the offering association and its coordinators. */
export async function offersAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  /** A counted offer whose pool can be read, in this state. */
  const offer = async (state: 'open' | 'suspended' = 'open') => {
    const { body } = await ask('/offers', terms);
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
    samples: { id: [(await offer()).id], association: [association] },
    table: {
      'GET /v1/offers': everybody,
      'POST /v1/offers': everybody,
      'GET /v1/offers/{id}': everybody,
      'POST /v1/offers/{id}/suspend': managers,
      'POST /v1/offers/{id}/resume': managers,
      'POST /v1/offers/{id}/withdraw': managers,
      'GET /v1/offers/{id}/places': everybody,
      'POST /v1/offers/{id}/places/resize': managers,
    },
    async request(operation) {
      const made = await offer(operation.endsWith('/resume') ? 'suspended' : 'open');
      const url = operation.replace(/^\w+ /, '').replace('{id}', made.id);
      if (operation === 'POST /v1/offers') return { url, body: terms };
      if (operation.startsWith('GET')) return { url };
      const body = operation.endsWith('/resize') ? { capacity: 5 } : {};
      return { url, ifMatch: made.tag, body };
    },
  };
}
