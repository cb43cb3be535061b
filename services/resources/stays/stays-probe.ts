/** A stay in two processes of the service, and what can be told of it. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answer, type CallOptions, send, serviceProbe } from '../service-probe.ts';

const { one, two, association, tokenOf } = await serviceProbe(t);

export { tokenOf };
export const owner = await tokenOf('partner', association);
export const stranger = await tokenOf('partner', randomUUID());
export const coordinator = await tokenOf('coordinator', randomUUID(), [association]);

export const call = (
  method: 'GET' | 'POST',
  path: string,
  options: Partial<CallOptions> = {},
): Promise<Answer> => send(method, path, { token: owner, at: one.url, ...options });
/** A place of a relais that is confirmed for somebody, and the stay that is offered for it. */
export async function offeredStay(holder = owner) {
  const body = {
    ...{ kind: 'place', title: 'Relais insertion', places: 1 },
    themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  };
  const made = await call('POST', '/v1/offers', { body });
  const path = `/v1/offers/${made.body.id}`;
  await eventually(async () => (await call('GET', `${path}/places`)).status === 200);
  const policy = { policy: 'relais-insertion' };
  const set = await call('POST', `${path}/stay-policy`, { body: policy, etag: '"0"' });
  if (set.status !== 200) throw new Error('no policy');
  await call('POST', `${path}/units`, { body: { label: 'Appartement 1' } });
  const person = randomUUID();
  await confirmedFor(person, path, holder);
  const listed = async () =>
    (await call('GET', `/v1/stays?offer=${made.body.id}`)).body.items as [Answer['body']];
  await eventually(async () => (await listed()).length === 1);
  const [stay] = await listed();
  return { path, person, stay, listed };
}

export async function confirmedFor(person: string, path: string, token = owner): Promise<void> {
  const holdUntil = new Date(Date.now() + 3_600_000).toISOString();
  const kept = await call('POST', `${path}/reservations`, { body: { holdUntil, person }, token });
  const confirm = `${path}/reservations/${kept.body.id}/confirm`;
  const confirmed = await call('POST', confirm, { body: {}, etag: kept.etag });
  if (confirmed.status !== 200) throw new Error('not confirmed');
}

/** Tells of a stay, each time at the revision of the answer before. */
export async function teller(id: unknown) {
  const at = `/v1/stays/${id}`;
  let { etag } = await call('GET', at);
  return {
    at,
    async tell(action: string, body: object = {}, token = owner): Promise<Answer> {
      const answer = await call('POST', `${at}/${action}`, { body, etag, token, at: two.url });
      if (answer.status === 200) ({ etag } = answer);
      return answer;
    },
    async becomes(state: string): Promise<void> {
      await eventually(async () => (await call('GET', at)).body.state === state);
      ({ etag } = await call('GET', at));
    },
  };
}

/** What the pool says of the one place. */
export const lives = (path: string, stage: string, occupiedOn: string, leavesOn: string | null) =>
  eventually(async () => {
    const { body } = await call('GET', `${path}/places`);
    const [there] = body.reservations as [Answer['body']];
    const isSo = there.stage === stage && there.leavesOn === leavesOn;
    return isSo && there.occupiedOn === occupiedOn;
  });
