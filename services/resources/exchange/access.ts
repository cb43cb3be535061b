import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const keepers = { owner: 'allowed', coordinator: 'allowed', stranger: 'hidden' } as const;
const announced = { format: 'data-inclusion', source: 'exemple', size: 10 };

/** Imports: seen by the association that brings them and its coordinators. */
export async function exchangeAccess({ ask }: AccessProbe): Promise<AreaAccess> {
  const { body } = await ask('/imports', announced);
  const { id } = body as { id: string };
  return {
    samples: { 'imports.id': [id] },
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
