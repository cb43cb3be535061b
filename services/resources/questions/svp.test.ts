/** Questions, needs, skills and publications over the API. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { schemaOf } from '@relais/event-log/projection';
import t from 'tap';
import { type Answered, accessProbe } from '../access-probe.ts';
import { resourcesProjection } from '../project.ts';

const probe = await accessProbe();
const { ask, register, settled, tokenOf, tokens } = probe;
const [first, second, union] = [randomUUID(), randomUUID(), randomUUID()];
const firsts = await tokenOf('partner', first);
const seconds = await tokenOf('partner', second);
const unions = await tokenOf('partner', union);
await Promise.all([register(probe.association), register(first), register(second)]);
await register(union, 'union');

const themes = ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'];
const rare = ['sante--acces-aux-soins'];
const skill = {
  ...{ expert: randomUUID(), title: 'Droit d’asile', themes, languages: ['ar'] },
  ...{ commune: '59183', radiusKm: 60, availability: { hoursPerMonth: 8 } },
};
const canary = `Canari-${randomUUID()}`;
const get = (path: string, token = tokens.owner) => ask(path, undefined, undefined, token);

function until(read: () => Promise<Answered>, holds: (body: Answered['body']) => boolean) {
  return eventually(async () => {
    const answer = await read();
    return answer.status === 200 && holds(answer.body) && answer;
  });
}

t.test('a need is matched with reasons, the less loaded first, or kept as unmet', async (t) => {
  const made = await ask('/skills', skill, undefined, firsts);
  await ask('/skills', { ...skill, expert: randomUUID() }, undefined, seconds);
  const endorsed = await ask(`/skills/${made.body.id}/endorse`, {}, made.etag);
  t.match(endorsed, { status: 200, body: { allowedActions: ['endorse'] } });
  const own = await ask(`/skills/${made.body.id}/endorse`, {}, endorsed.etag, firsts);
  t.equal(own.status, 403, 'nobody vouches for oneself');
  await settled();

  const need = { themes, commune: '59340', languages: ['ar'], text: canary };
  const stated = await ask('/needs', need);
  t.match(stated, { status: 201, body: { state: 'matched' } });
  await settled();
  const { body } = await get(`/needs/${stated.body.id}/matches`);
  t.match(body.items, [{ association: first, kind: 'skill' }, { association: second }]);
  t.match(body.items[0].reasons, [{ code: 'themes', points: 40 }]);
  t.match(await get(`/needs/${stated.body.id}`), { body: { text: canary } });
  t.match(await get(`/needs/${stated.body.id}`, tokens.coordinator), { body: { text: null } });
  t.equal((await get(`/needs/${stated.body.id}`, firsts)).status, 404);

  const exchange = { provider: first, themes, hours: 1, need: stated.body.id };
  t.equal((await ask('/exchanges', exchange)).status, 201);
  await settled();
  const after = await get(`/needs/${stated.body.id}/matches`);
  t.match(after.body.items, [{ association: second }, { association: first, load: { open: 1 } }]);

  const unmet = await ask('/needs', { themes: rare });
  t.match(unmet, { status: 201, body: { state: 'unmet' } });
  await settled();
  t.match(await get('/needs?of=all', seconds), {
    body: { items: [{ id: unmet.body.id, reason: 'nothing_fits' }] },
  });
  await ask('/skills', { ...skill, themes: rare }, undefined, seconds);
  await settled();
  const again = await ask(`/needs/${unmet.body.id}/look-again`, {}, unmet.etag);
  t.match(again, { status: 200, body: { state: 'matched' } });
});

t.test('a question goes to who knows, is passed, answered, reopened and published', async (t) => {
  const asked = await ask('/questions', { themes, text: canary });
  t.match(asked, { status: 201, body: { state: 'routed' } });
  await settled();
  const path = `/questions/${asked.body.id}`;
  const { receiver } = (await get(path)).body;
  const [one, other] = receiver === first ? [firsts, seconds] : [seconds, firsts];
  t.equal((await get(path, other)).status, 404);
  t.match(await get(path, one), { body: { text: canary, receiver } });
  t.match(await get(path, tokens.coordinator), { body: { text: null } });
  const passed = await ask(`${path}/pass`, { reason: 'no_capacity' }, asked.etag, one);
  t.match(passed, { status: 200, body: { state: 'routed', allowedActions: [] } });
  await settled();
  t.equal((await get(path, one)).status, 404, 'who passed it on does not see it any more');
  const routed = await get(path, other);
  let { etag } = routed;
  const go = async (action: string, said: object, token = tokens.owner) => {
    const answer = await ask(`${path}/${action}`, said, etag, token);
    if (answer.status === 200) etag = answer.etag;
    return answer;
  };
  t.match(await go('answer', { text: canary }, other), { body: { state: 'answered' } });
  t.match(await go('reopen', { why: canary }), { body: { state: 'routed' } });
  t.match(await go('answer', { text: 'Après six mois.' }, other), { body: { state: 'answered' } });
  t.match(await go('accept', {}), { body: { state: 'accepted' } });
  const words = { title: 'Travailler', question: 'Quand peut-on être hébergé ?', themes };
  const confirmed = { ...words, confirmedFreeOfPersonalData: true };
  for (const answer of ['Appelez le 06 12 34 56 78', 'a@example.org', randomUUID()]) {
    t.match(await go('publish', { ...confirmed, answer }), {
      ...{ status: 400, body: { errors: [{ pointer: '/answer', code: 'personal-data' }] } },
    });
  }
  t.equal((await go('publish', { ...words, answer: 'Oui' })).status, 400, 'not confirmed');
  t.equal((await go('publish', { ...confirmed, answer: 'Le 01/02/2026.' })).status, 200);
  await settled();
  t.match(await get('/answers?q=hebergement', unions), {
    body: { items: [{ id: asked.body.id, title: 'Travailler', direction: 'ltr' }] },
  });
  t.match(await get('/answers?q=vélo', unions), { body: { items: [] } });
  t.equal((await get('/questions', unions)).status, 403);
});

/** While this runs the rows of skills and offers stay as they are: readers lag behind the log. */
const whileRowsLag = <Result>(run: () => Promise<Result>): Promise<Result> =>
  probe.database.transaction(async (sql) => {
    const schema = schemaOf(resourcesProjection);
    await sql.query(`lock table ${schema}.skill, ${schema}.offer in share mode`);
    return run();
  });

t.test('a question does not go to who just stopped knowing, whatever rows say', async (t) => {
  const themes = ['sante--sante-sexuelle'];
  const known = await ask('/skills', { ...skill, themes }, undefined, firsts);
  const offer = { kind: 'expertise', title: 'Écoute', themes };
  const offered = await ask('/offers', offer, undefined, seconds);
  await settled();
  const asked = await whileRowsLag(async () => {
    await ask(`/skills/${known.body.id}/withdraw`, {}, known.etag, firsts);
    await ask(`/offers/${offered.body.id}/withdraw`, {}, offered.etag, seconds);
    return ask('/questions', { themes, text: canary });
  });
  t.match(asked, { status: 201, body: { state: 'asked' } });
});

t.test('a need is met by hours that were agreed for it alone', async (t) => {
  const need = await ask('/needs', { themes: rare });
  const asked = async (more: object) => {
    const body = { provider: first, themes: rare, hours: 1, ...more };
    const { body: made, etag } = await ask('/exchanges', body);
    return { exchange: made.id as string, etag };
  };
  const path = `/needs/${need.body.id}/meet`;
  const meet = (exchange: string) => ask(path, { exchange }, need.etag);
  const elsewhere = await asked({});
  for (const exchange of [randomUUID(), elsewhere.exchange]) {
    t.match(await meet(exchange), { status: 422, body: { code: 'exchange-unknown' } });
  }
  const { exchange, etag } = await asked({ need: need.body.id });
  t.match(await meet(exchange), { status: 409, body: { code: 'exchange-not-agreed' } });
  t.equal((await ask(`/exchanges/${exchange}/agree`, {}, etag, firsts)).status, 200);
  t.match(await meet(exchange), { status: 200, body: { state: 'met' } });
});

t.test('a question that is not answered is reminded of and escalated', async (t) => {
  const asked = await ask('/questions', { themes, text: canary, urgency: 'urgent' });
  probe.setClock(new Date(Date.now() + 25 * 3_600_000));
  const read = () => get(`/questions/${asked.body.id}`);
  t.match(await until(read, ({ escalated }) => escalated), { body: { state: 'routed' } });
});

t.test('a guide has versions, and the old ones can be read', async (t) => {
  const guide = { kind: 'guide', title: 'Ouvrir un compte', themes, body: 'Une attestation.' };
  const made = await ask('/publications', guide);
  const path = `/publications/${made.body.id}`;
  const revised = { ...guide, title: 'Ouvrir un compte bancaire' };
  t.equal((await ask(`${path}/revise`, revised, made.etag)).status, 200);
  await settled();
  t.match(await get(path, unions), { body: { version: 2, title: revised.title } });
  t.match(await get(`${path}/versions`), { body: { items: [{ version: 1 }, { version: 2 }] } });
  t.match(await get(`${path}/versions/1`), { body: { title: guide.title } });
  t.match(await get('/publications?q=attestations'), { body: { items: [{ version: 2 }] } });
  const withdrawn = await ask(`${path}/withdraw`, {}, '"1"');
  t.match(withdrawn, { status: 200, body: { state: 'withdrawn' } });
  await settled();
  t.match(await get(path), { status: 200, body: { state: 'withdrawn', allowedActions: [] } });
  t.match(await get(`${path}/versions/1`, tokens.coordinator), { body: { title: guide.title } });
  const unknown = `/publications/${randomUUID()}`;
  for (const below of ['', '/versions', '/versions/1']) {
    const gone = await get(`${path}${below}`, unions);
    t.same(gone, await get(`${unknown}${below}`, unions), `nobody else is told of ${below}`);
    t.equal(gone.status, 404);
  }
  const [late, none] = [`${path}/revise`, `${unknown}/revise`];
  t.same(await ask(late, guide, '"2"', unions), await ask(none, guide, '"2"', unions));
});

t.test('a guide names no person by number or address', async (t) => {
  const guide = { kind: 'guide', title: 'Ouvrir un compte', themes };
  for (const field of ['title', 'summary', 'body']) {
    for (const words of ['Appelez le 06 12 34 56 78', 'amina@example.org', randomUUID()]) {
      t.match(await ask('/publications', { ...guide, [field]: words }), {
        ...{ status: 400, body: { errors: [{ pointer: `/${field}` }] } },
      });
    }
  }
  t.equal((await ask('/publications', { ...guide, body: 'Le 115, tous les jours.' })).status, 201);
});
