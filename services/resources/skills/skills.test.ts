/** Skills over the API. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { ask, settled, tokenOf, tokens } = await accessProbe();
const peers = await tokenOf('partner', randomUUID());
const skill = {
  ...{ expert: randomUUID(), title: 'Droit d’asile', themes: ['sante--addictions'] },
  availability: { hoursPerMonth: 4 },
};
const read = async (path: string, token = tokens.owner) => {
  await settled();
  return ask(path, undefined, undefined, token);
};

t.test('an endorsement is for what was endorsed', async (t) => {
  const made = await ask('/skills', skill);
  const path = `/skills/${made.body.id}`;
  const endorsed = await ask(`${path}/endorse`, { text: 'Vu à l’œuvre' }, made.etag, peers);
  const busier = { ...skill, availability: { hoursPerMonth: 1 }, languages: ['ar'] };
  const still = await ask(`${path}/change`, busier, endorsed.etag);
  t.match((await read(path)).body, { endorsements: [{ text: 'Vu à l’œuvre' }] });
  const other = await ask(`${path}/change`, { ...busier, title: 'Chirurgie' }, still.etag);
  t.same((await read(path)).body.endorsements, []);
  const again = await ask(`${path}/endorse`, { text: 'Vu à l’œuvre' }, other.etag, peers);
  t.equal(again.status, 200);
  t.match((await read(path)).body, { endorsements: [{ text: 'Vu à l’œuvre' }] });
  t.same((await read(path, peers)).body.allowedActions, ['endorse', 'retractEndorsement']);
  const retracted = await ask(`${path}/retract-endorsement`, {}, again.etag, peers);
  t.match(retracted, { status: 200, body: { allowedActions: ['endorse'] } });
  t.same((await read(path)).body.endorsements, []);
});

t.test('what was withdrawn is there for its keepers only', async (t) => {
  const made = await ask('/skills', skill);
  const path = `/skills/${made.body.id}`;
  const gone = await ask(`${path}/withdraw`, {}, made.etag);
  t.match(await read(path), { status: 200, body: { state: 'withdrawn' } });
  t.match(await read(path, tokens.coordinator), { status: 200 });
  const unknown = `/skills/${randomUUID()}`;
  t.same(await read(path, peers), await read(unknown, peers));
  const endorse = (at: string) => ask(`${at}/endorse`, {}, gone.etag, peers);
  t.match(await endorse(path), { status: 404 });
  t.same(await endorse(path), await endorse(unknown));
});
