import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const everybody = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;
const keepers = { owner: 'done', coordinator: 'done', stranger: 'forbidden' } as const;
const described = {
  name: 'Association exemple',
  contact: { name: 'Exemple', phone: null, email: null },
};

/** Organisations and their sites: read by everybody, changed by who keeps them and its coordinators. */
export async function directoryAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  const organisation = async (): Promise<string> => {
    const { body } = await ask('/organisations', described);
    await ask(`/organisations/${body.id}?waitFor=${body.position}`);
    return body.id;
  };
  const site = async (): Promise<string> => {
    const { body } = await ask(`/organisations/${await organisation()}/sites`, described);
    await ask(`/sites/${body.id}?waitFor=${body.position}`);
    return body.id;
  };
  return {
    samples: {
      'organisations.id': [await organisation()],
      'sites.id': [await site()],
      organisation: [await organisation()],
      parent: [await organisation()],
      member: [association],
    },
    table: {
      'GET /v1/organisations': everybody,
      'POST /v1/organisations': everybody,
      'GET /v1/organisations/{id}': everybody,
      'GET /v1/organisations/{id}/contact': everybody,
      'GET /v1/organisations/{id}/contact/readings': keepers,
      'POST /v1/organisations/{id}/change': keepers,
      'POST /v1/organisations/{id}/retire': keepers,
      'POST /v1/organisations/{id}/forget-contact': keepers,
      'POST /v1/organisations/{id}/sites': keepers,
      'GET /v1/sites': everybody,
      'GET /v1/sites/{id}': everybody,
      'GET /v1/sites/{id}/contact': everybody,
      'GET /v1/sites/{id}/contact/readings': keepers,
      'POST /v1/sites/{id}/change': keepers,
      'POST /v1/sites/{id}/retire': keepers,
      'POST /v1/sites/{id}/forget-contact': keepers,
    },
    async request(operation) {
      const isOfSite = operation.includes('/sites/{id}');
      const id = operation.includes('{id}') ? await (isOfSite ? site() : organisation()) : '';
      const url = operation.replace(/^\w+ /, '').replace('{id}', id);
      if (operation.startsWith('GET')) return { url };
      const isDescribed = /organisations$|sites$|change$/.test(operation);
      const body = isDescribed ? described : {};
      const isMade = /organisations$|sites$/.test(operation);
      return isMade ? { url, body } : { url, body, ifMatch: '"0"' };
    },
  };
}
