import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const everybody = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;
const own = { owner: 'done', coordinator: 'hidden', stranger: 'hidden' } as const;

/** Calendars are for everybody, and those at secret addresses for whoever has the address; each association has its own. */
export async function calendarsAccess({ ask, association }: AccessProbe): Promise<AreaAccess> {
  const scope = { of: 'association', association };
  const feed = async (): Promise<string> => (await ask('/calendar-feeds', { scope })).body.id;
  const pathOf = async (id: string): Promise<string> =>
    (await ask(`/calendar-feeds/${id}/path`)).body.path;
  const sample = await feed();
  return {
    samples: {
      'calendar-feeds.id': [sample],
      'associations.file': [`${association}.ics`],
      'private.file': [(await pathOf(await feed())).split('/').at(-1)],
    },
    table: {
      'GET /v1/calendar-feeds': everybody,
      'POST /v1/calendar-feeds': everybody,
      'GET /v1/calendar-feeds/{id}/path': own,
      'POST /v1/calendar-feeds/{id}/revoke': own,
      'GET /calendars/associations/{file}': everybody,
      'GET /calendars/sites/{file}': everybody,
      'GET /calendars/series/{file}': everybody,
      'GET /calendars/private/{file}': own,
    },
    async request(operation, relation) {
      const id = await feed();
      const url = operation.replace(/^\w+ /, '').replace('{id}', id);
      if (url === '/calendars/private/{file}') {
        const path = await pathOf(id);
        // The coordinator has an address that was revoked, and strangers may only guess.
        if (relation === 'coordinator') await ask(`/calendar-feeds/${id}/revoke`, {}, '"0"');
        if (relation !== 'stranger') return { url: path };
        return { url: path.replace(/\.[\w-]+/, `.${'A'.repeat(43)}`) };
      }
      if (url.endsWith('{file}')) return { url: url.replace('{file}', `${association}.ics`) };
      if (operation.startsWith('GET')) return { url };
      if (url.endsWith('/revoke')) return { url, ifMatch: '"0"', body: {} };
      return { url, body: { scope } };
    },
  };
}
