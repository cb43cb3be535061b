import { randomUUID } from 'node:crypto';
import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const themes = ['sante--acces-aux-soins'];
const parties = { owner: 'done', coordinator: 'forbidden', stranger: 'hidden' } as const;
const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;

/** Exchanges are for the two associations and their coordinators; so is the ledger of one. */
export async function exchangesAccess(probe: AccessProbe): Promise<AreaAccess> {
  const { ask, association, register, settled } = probe;
  const other = randomUUID();
  const theirs = await probe.tokenOf('partner', other);
  await Promise.all([register(association), register(other)]);

  /** Asked by the owner, unless it is to answer; brought into the state that the operation wants. */
  const exchange = async (operation: string) => {
    const isProvider = /agree|refuse$/.test(operation);
    const [asking, answering] = isProvider ? [theirs, undefined] : [undefined, theirs];
    const body = { provider: isProvider ? association : other, themes, hours: 2, text: 'Un texte' };
    const { body: made } = await ask('/exchanges', body, undefined, asking);
    const path = `/exchanges/${made.id}`;
    let etag = '"0"';
    const go = async (action: string, said: object, token?: string) => {
      const done = await ask(`${path}/${action}`, said, etag, token);
      if (done.status !== 200) throw new Error(JSON.stringify(done.body));
      etag = done.etag;
    };
    if (/report|settle$/.test(operation)) await go('agree', {}, answering);
    if (operation.endsWith('settle')) {
      await go('report', { hours: 2 });
      await go('report', { hours: 3 }, answering);
    }
    return { path, etag };
  };
  const bodies: { readonly [action: string]: object } = {
    agree: {},
    refuse: { reason: 'no_capacity' },
    cancel: { reason: 'no_longer_needed' },
    report: { hours: 2 },
    settle: { hours: 2.5, note: 'Après en avoir parlé' },
  };
  return {
    samples: { 'exchanges.id': [(await exchange('GET')).path.slice(-36)], provider: [other] },
    table: {
      'POST /v1/exchanges': everybody,
      'GET /v1/exchanges': everybody,
      'GET /v1/exchanges/{id}': { owner: 'done', coordinator: 'done', stranger: 'hidden' },
      'POST /v1/exchanges/{id}/agree': parties,
      'POST /v1/exchanges/{id}/refuse': parties,
      'POST /v1/exchanges/{id}/cancel': { owner: 'done', coordinator: 'done', stranger: 'hidden' },
      'POST /v1/exchanges/{id}/report': parties,
      'POST /v1/exchanges/{id}/settle': {
        ...{ owner: 'forbidden', coordinator: 'done', stranger: 'hidden' },
      },
      'GET /v1/hours': { owner: 'done', coordinator: 'done', stranger: 'hidden' },
      'GET /v1/hours/statement': { owner: 'done', coordinator: 'done', stranger: 'hidden' },
    },
    async request(operation) {
      const [method, address = ''] = operation.split(' ');
      if (address.startsWith('/v1/hours')) return { url: `${address}?association=${association}` };
      if (!address.includes('{id}')) {
        const body = { provider: other, themes, hours: 2 };
        return { url: address, ...(method === 'POST' && { body }) };
      }
      const { path, etag } = await exchange(operation);
      const url = address.replace('/exchanges/{id}', path);
      if (method === 'GET') {
        await settled();
        return { url };
      }
      const action = address.slice(address.lastIndexOf('/') + 1);
      return { url, ifMatch: etag, body: bodies[action] ?? {} };
    },
  };
}
