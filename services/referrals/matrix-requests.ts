/** A good request to every operation, on a resource in the state that the operation needs. */
import { randomUUID } from 'node:crypto';
import { goodOnCase } from './matrix-cases.ts';
import { actionOf, type Row } from './matrix-expected.ts';
import { draftOf, type RelationName, type World } from './matrix-world.ts';
import type { ServiceProbe } from './service-probe.ts';
import { type File, identity, later, type Reachable, refer } from './service-steps.ts';

type Good = { readonly url: string; readonly body?: object; readonly ifMatch?: string };
type At = { readonly id: string; readonly etag: string };

const text = { text: 'Une note' };
const other = { reason: 'other' };

/** `rows`: whatever is done anew needs a resource of its own; what is refused can share one. */
export function requests(probe: ServiceProbe, world: World, rows: { [operation: string]: Row }) {
  const shared = new Map<string, Promise<Good>>();
  return (operation: string, relation: RelationName): Promise<Good> => {
    const [method = '', path = ''] = operation.split(' ');
    const make = () =>
      method === 'GET' ? read(probe, world, path) : act(probe, world, path, relation);
    if (method !== 'GET' && rows[operation]?.[relation] === 'done') return make();
    // Who is refused is told why by what he reads of it.
    const refused = async () => {
      const good = await make();
      await probe.settled();
      return good;
    };
    const known = shared.get(operation) ?? refused();
    shared.set(operation, known);
    return known;
  };
}

async function read(probe: ServiceProbe, world: World, path: string): Promise<Good> {
  const { file, correlation, people } = world;
  if (path.startsWith('/v1/cases/{')) return { url: path.replace('{id}', file.id) };
  if (!path.includes('{id}')) return { url: path.replace('{correlationId}', correlation) };
  const { owner: sender, receiver } = people;
  const { id } = path.startsWith('/v1/referrals')
    ? await refer({ sender, receiver, file }, 'under_review')
    : path.startsWith('/v1/merges')
      ? await merged(world)
      : await offered(world, file);
  await probe.settled();
  return { url: path.replace('{id}', id) };
}

async function act(
  probe: ServiceProbe,
  world: World,
  path: string,
  relation: RelationName,
): Promise<Good> {
  const action = actionOf(path);
  const [, , kind = '', id = ''] = path.split('/');
  if (kind === 'cases' && id === '{id}') return goodOnCase(probe.log, world, path, relation);
  if (id !== '{id}') return { url: path, body: await opening(world, path) };
  const at = await (kind === 'referrals'
    ? onReferral(world, action)
    : kind === 'merges'
      ? merged(world)
      : onHandover(world, action));
  const isHandover = kind === 'handovers' && action === 'accept';
  const body = isHandover ? { referent: randomUUID() } : (bodies[action] ?? {});
  return { url: path.replace('{id}', at.id), ifMatch: at.etag, body };
}

const bodies: { readonly [action: string]: object } = {
  ...{ send: { categories: ['identity'] }, requestInfo: text, supplyInfo: text, note: text },
  ...{ unaccept: text, reopen: text, enteredInError: text, complete: { outcome: 'helped' } },
  ...{ fail: other, cancel: other, requestCancellation: { ...other, requestedBy: 'person' } },
  decline: { reason: 'no_capacity', declinedBy: 'receiver' },
  withdraw: { reason: 'situation_changed', requestedBy: 'person' },
  redirect: { target: { to: 'eligible' } },
  waitlist: { reviewBy: later(5) },
  hold: { reason: 'no_capacity', resumeBy: later(5) },
  ...{ deny: { reason: 'Non' }, refuse: { reason: 'Non' }, undo: { reason: 'merged_in_error' } },
  acceptReorientation: { decision: randomUUID() },
  denyReorientation: { decision: randomUUID() },
};

const before: { readonly [action: string]: Reachable } = {
  ...{ send: 'draft', requestInfo: 'under_review', supplyInfo: 'info_requested' },
  ...{ start: 'accepted', hold: 'in_progress', resume: 'on_hold', complete: 'accepted' },
  ...{ fail: 'accepted', requestCancellation: 'accepted', cancel: 'accepted' },
  ...{ unaccept: 'accepted', reopen: 'completed', close: 'completed' },
};

async function onReferral(world: World, action: string): Promise<At> {
  const { people, offer } = world;
  const { owner: sender, receiver } = people;
  // Whoever claims it takes part in the case from then on.
  const file = action === 'claim' ? await world.fresh() : world.file;
  const target =
    action === 'claim'
      ? { to: 'eligible' }
      : action === 'waitlist'
        ? { to: 'offer', offer }
        : undefined;
  const at = await refer({ sender, receiver, file }, before[action] ?? 'sent', target);
  if (action !== 'cancel') return at;
  const asked = bodies.requestCancellation ?? {};
  const { etag } = await sender.post(`/referrals/${at.id}/request-cancellation`, asked, at.etag);
  return { id: at.id, etag };
}

/** Offered by the owner to the receiver. */
async function offered({ people }: World, file: File): Promise<At> {
  const to = people.receiver.association;
  const { body, etag } = await people.owner.post('/handovers', {
    ...{ case: file.id, to, reason: 'Elle déménage' },
  });
  return { id: body.id, etag };
}

async function onHandover(world: World, action: string): Promise<At> {
  const { people, file, fresh } = world;
  if (action.endsWith('Reorientation')) {
    const asked = { case: file.id, to: people.receiver.association, reason: 'Que faire ?' };
    const { body, etag } = await people.owner.post('/reorientations', asked);
    return { id: body.id, etag };
  }
  if (action !== 'grant' && action !== 'deny') return offered(world, await fresh());
  const asked = { case: file.id, reason: 'Elle est ici' };
  const { body, etag } = await people.receiver.post('/handovers/ask', asked);
  return { id: body.id, etag };
}

async function merged({ people, fresh }: World): Promise<At> {
  const [kept, absorbed] = [await fresh(), await fresh()];
  const { body, etag } = await people.owner.post('/merges', {
    ...{ kept: kept.id, absorbed: absorbed.id, reason: 'same_person' },
  });
  return { id: body.id, etag };
}

async function opening({ people, file, fresh }: World, path: string): Promise<object> {
  const reason = 'Elle déménage';
  const to = people.stranger.association;
  switch (path) {
    case '/v1/cases':
      return { kind: 'person', referent: randomUUID(), persons: [{ role: 'main', identity }] };
    case '/v1/referrals':
      return draftOf(file, people.receiver.association);
    case '/v1/merges': {
      const [kept, absorbed] = [await fresh(), await fresh()];
      return { kept: kept.id, absorbed: absorbed.id, reason: 'same_person' };
    }
    case '/v1/handovers/bulk':
      return { cases: [file.id], to, reason };
    case '/v1/handovers':
      return { case: file.id, to, reason };
    default:
      return { case: file.id, reason };
  }
}
