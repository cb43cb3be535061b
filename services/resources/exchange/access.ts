import type { AccessProbe, AreaAccess } from '../access-probe.ts';
import { taxonomies, terms } from './hsds/taxonomies.ts';

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const keepers = { owner: 'allowed', coordinator: 'allowed', stranger: 'hidden' } as const;
const announced = { format: 'data-inclusion', source: 'exemple', size: 10 };

/** Imports: seen by the association that brings them and its coordinators. */
export async function exchangeAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  const { body } = await ask('/imports', announced);
  const { id } = body as { id: string };
  const visibility = { to: 'public' };
  const themes = ['sante--acces-aux-soins'];
  const offer = await ask('/offers', { kind: 'service', title: 'Soins', themes, visibility });
  return {
    samples: {
      'imports.id': [id],
      // Of what HSDS reads: a service, an organization, a taxonomy, a term.
      'hsds.id': [offer.body.id, association, taxonomies[0]?.id, terms[0]?.id],
      organization_id: [association],
      taxonomy_id: taxonomies.map(({ id }) => id),
      taxonomy_term_id: terms.map(({ id }) => id),
      postcode: ['59140', '75011'],
      proximity: ['5000'],
    },
    table: {
      'GET /v1/imports': everybody,
      'POST /v1/imports': everybody,
      'GET /v1/imports/{id}': keepers,
      'GET /v1/imports/{id}/content': keepers,
      'PATCH /v1/imports/{id}/content': keepers,
      'POST /v1/imports/{id}/cancel': keepers,
      'GET /v1/imports/{id}/report': keepers,
    },
    async request(operation) {
      const url = operation.replace(/^\w+ /, '').replace('{id}', id);
      if (operation === 'POST /v1/imports') return { url, body: announced };
      return operation.startsWith('POST') ? { url, body: {}, ifMatch: '"0"' } : { url };
    },
  };
}
