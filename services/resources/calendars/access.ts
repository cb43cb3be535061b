import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const everybody = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;
const own = { owner: 'done', coordinator: 'hidden', stranger: 'hidden' } as const;

/** Secret addresses of calendars: each association has its own. */
export async function calendarsAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  const scope = { of: 'association', association };
  const feed = async (): Promise<string> => (await ask('/calendar-feeds', { scope })).body.id;
  return {
    samples: { 'calendar-feeds.id': [await feed()] },
    table: {
      'GET /v1/calendar-feeds': everybody,
      'POST /v1/calendar-feeds': everybody,
      'GET /v1/calendar-feeds/{id}/path': own,
      'POST /v1/calendar-feeds/{id}/revoke': own,
    },
    async request(operation) {
      const url = operation.replace(/^\w+ /, '').replace('{id}', await feed());
      if (operation.startsWith('GET')) return { url };
      if (url.endsWith('/revoke')) return { url, ifMatch: '"0"', body: {} };
      return { url, body: { scope } };
    },
  };
}
