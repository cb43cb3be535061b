import { randomUUID } from 'node:crypto';
import type { AccessProbe, AreaAccess } from '../access-probe.ts';

const themes = ['sante--acces-aux-soins'];
const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const done = { owner: 'done', coordinator: 'done', stranger: 'done' } as const;
const kept = { owner: 'done', coordinator: 'done', stranger: 'forbidden' } as const;
const own = { owner: 'done', coordinator: 'done', stranger: 'hidden' } as const;

const skill = {
  ...{ expert: randomUUID(), title: 'Interprète', themes },
  availability: { hoursPerMonth: 4 },
};
const guide = { kind: 'guide', title: 'Ouvrir un compte', themes };
const published = {
  ...{ title: 'Le travail', question: 'Quand ?', answer: 'Après six mois.', themes },
  confirmedFreeOfPersonalData: true,
};
const bodies: { readonly [address: string]: object } = {
  skills: skill,
  'skills/change': skill,
  needs: { themes },
  'needs/give-up': { reason: 'other' },
  questions: { themes, text: 'Une question' },
  'questions/pass': { reason: 'other' },
  'questions/answer': { text: 'Une réponse' },
  'questions/reopen': { why: 'Encore' },
  'questions/publish': published,
  publications: guide,
  'publications/revise': guide,
};

const table: AreaAccess['table'] = {
  'GET /v1/skills': everybody,
  'POST /v1/skills': everybody,
  'GET /v1/skills/{id}': done,
  'POST /v1/skills/{id}/change': kept,
  'POST /v1/skills/{id}/endorse': {
    ...{ owner: 'forbidden', coordinator: 'forbidden', stranger: 'done' },
  },
  'POST /v1/skills/{id}/retract-endorsement': {
    ...{ owner: 'forbidden', coordinator: 'forbidden', stranger: 'done' },
  },
  'POST /v1/skills/{id}/withdraw': kept,
  'GET /v1/needs': everybody,
  'POST /v1/needs': everybody,
  'GET /v1/needs/{id}': own,
  'GET /v1/needs/{id}/matches': own,
  'POST /v1/needs/{id}/look-again': own,
  'POST /v1/needs/{id}/give-up': own,
  'POST /v1/needs/{id}/meet': own,
  'POST /v1/needs/{id}/reopen': own,
  'POST /v1/needs/{id}/withdraw': own,
  'GET /v1/questions': everybody,
  'POST /v1/questions': everybody,
  'GET /v1/questions/{id}': own,
  'POST /v1/questions/{id}/route': own,
  'POST /v1/questions/{id}/withdraw': own,
  'POST /v1/questions/{id}/unpublish': own,
  ...Object.fromEntries(
    ['pass', 'answer', 'accept', 'reopen', 'publish'].map((action) => [
      `POST /v1/questions/{id}/${action}`,
      { owner: 'done', coordinator: 'forbidden', stranger: 'hidden' } as const,
    ]),
  ),
  'GET /v1/answers': everybody,
  'GET /v1/answers/{id}': done,
  'GET /v1/publications': everybody,
  'POST /v1/publications': everybody,
  'GET /v1/publications/{id}': done,
  'GET /v1/publications/{id}/versions': done,
  'GET /v1/publications/{id}/versions/{version}': done,
  'POST /v1/publications/{id}/revise': kept,
  'POST /v1/publications/{id}/withdraw': kept,
};

/** Skills and publications are for all to read, needs and questions for whose they are. */
export async function expertiseAccess(probe: AccessProbe): Promise<AreaAccess> {
  const { ask, association, register, settled } = probe;
  const other = randomUUID();
  const theirs = await probe.tokenOf('partner', other);
  await register(other);

  const opened = async (area: string, action: string) => {
    const isReceiver = area === 'questions' && /^(pass|answer)$/.test(action);
    const opener = isReceiver ? theirs : undefined;
    const { body } = await ask(`/${area}`, bodies[area] ?? {}, undefined, opener);
    const path = `/${area}/${body.id}`;
    let etag = `"${body.revision}"`;
    const go = async (to: string, said: object, token?: string) => {
      const answer = await ask(`${path}/${to}`, said, etag, token);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      etag = answer.etag;
    };
    if (area === 'questions') await brought(go, action, opener);
    if (action === 'retract-endorsement') await go('endorse', {}, probe.tokens.stranger);
    if (area === 'needs' && action === 'give-up') await matched(go);
    if (area === 'needs' && action === 'reopen') await go('meet', {});
    return { path, etag };
  };
  type Go = (to: string, said: object, token?: string) => Promise<void>;
  /** Into the state that the action wants. */
  const brought = async (go: Go, action: string, opener: string | undefined) => {
    await go('route', { to: opener === undefined ? other : association }, opener);
    if (/accept|reopen|publish/.test(action)) await go('answer', { text: 'Oui' }, theirs);
    if (action === 'unpublish') await go('publish', published);
  };
  /** Something fits from now on: the other association offers it. */
  const matched = async (go: Go) => {
    await ask('/skills', skill, undefined, theirs);
    await settled();
    await go('look-again', {});
  };
  return {
    samples: { association: [association, other], commune: ['59183'] },
    table,
    async request(operation) {
      const [method, address = ''] = operation.split(' ');
      const [area = '', , action = ''] = address.replace('/v1/', '').split('/');
      if (!address.includes('{id}')) {
        return { url: address, ...(method === 'POST' && { body: bodies[area] ?? {} }) };
      }
      const isAnswer = area === 'answers';
      const made = await opened(isAnswer ? 'questions' : area, isAnswer ? 'unpublish' : action);
      const id = made.path.slice(-36);
      const url = address.replace('{id}', id).replace('{version}', '1');
      if (method === 'GET') {
        await settled();
        return { url };
      }
      const body = action === 'route' ? { to: other } : (bodies[`${area}/${action}`] ?? {});
      return { url, ifMatch: made.etag, body };
    },
  };
}
