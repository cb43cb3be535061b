/** Who is thought of for needs and questions, over the API. */
import { randomUUID } from 'node:crypto';
import { AssociationId } from '@relais/contracts/ids';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { matchesFor } from './candidates.ts';

const probe = await accessProbe();
const { ask, association, register, settled, tokenOf } = probe;
const [first, second] = [randomUUID(), randomUUID()];
const firsts = await tokenOf('partner', first);
const seconds = await tokenOf('partner', second);
await Promise.all([register(association), register(first), register(second)]);
await settled();

const skillFor = (themes: readonly string[], availability: object = {}) => ({
  ...{ expert: randomUUID(), title: 'Écoute', themes },
  availability: { hoursPerMonth: 4, ...availability },
});
const matchesOf = async (themes: readonly string[], more: object = {}) => {
  await settled();
  const need = await ask('/needs', { themes, ...more });
  await settled();
  const { items } = (await ask(`/needs/${need.body.id}/matches`)).body;
  return {
    state: need.body.state,
    of: items.map((item: { association: string }) => item.association),
  };
};
const receiverOf = async (themes: readonly string[], more: object = {}) => {
  const asked = await ask('/questions', { themes, text: 'Une question', ...more });
  await settled();
  return (await ask(`/questions/${asked.body.id}`)).body.receiver;
};
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

t.test('who was available is not thought of any more', async (t) => {
  const themes = ['famille--soutien-aidants'];
  await ask('/skills', skillFor(themes, { until: day(-1) }), undefined, firsts);
  t.same(await matchesOf(themes), { state: 'unmet', of: [] });
  t.same(await matchesOf(themes, { when: { from: day(-5), until: day(5) } }), {
    ...{ state: 'unmet', of: [] },
  });
  t.equal(await receiverOf(themes), null);
});

t.test('who is available later fits a need that can wait, not a question', async (t) => {
  const themes = ['famille--garde-denfants'];
  await ask('/skills', skillFor(themes, { from: day(10) }), undefined, firsts);
  t.same(await matchesOf(themes), { state: 'matched', of: [first] });
  t.equal(await receiverOf(themes), null);
  t.equal(await receiverOf(themes, { answerBy: `${day(20)}T00:00:00Z` }), first);
});

t.test('what a retired organisation offers does not fit', async (t) => {
  const themes = ['equipement-et-alimentation--alimentation'];
  const organisation = await ask('/organisations', { name: 'Épicerie' }, undefined, firsts);
  const offer = { kind: 'equipment', title: 'Colis', themes, organisation: organisation.body.id };
  t.equal((await ask('/offers', offer, undefined, firsts)).status, 201);
  t.same(await matchesOf(themes), { state: 'matched', of: [first] });
  const { id } = organisation.body;
  t.equal((await ask(`/organisations/${id}/retire`, {}, organisation.etag, firsts)).status, 200);
  t.same(await matchesOf(themes), { state: 'unmet', of: [] });
});

t.test('what fits is found among however many offers that do not', async (t) => {
  const themes = ['sante--sante-sexuelle'];
  const offer = { kind: 'service', title: 'Dépistage', themes };
  const elsewhere = [
    ...Array.from({ length: 12 }, () => ({ communes: ['13055'] })),
    ...Array.from({ length: 12 }, () => ({ zones: ['59'], publics: ['seniors'] })),
  ];
  await Promise.all(
    elsewhere.map((more) => ask('/offers', { ...offer, ...more }, undefined, firsts)),
  );
  await ask('/offers', { ...offer, zones: ['59'], publics: ['familles'] }, undefined, seconds);
  await settled();
  const sought = { themes, languages: [], publics: ['familles'], when: null, commune: '59183' };
  const whose = { association: AssociationId.parse(association), kinds: null, most: 1 };
  const desk = { log: probe.log, rows: probe.rows, now: () => new Date() };
  t.match(await matchesFor(desk, sought, whose), [{ candidate: { association: second } }]);
});

t.test('who gives all the hours of the month fits nothing more', async (t) => {
  const themes = ['sante--sante-mentale'];
  const skill = (await ask('/skills', skillFor(themes), undefined, firsts)).body.id;
  const exchange = { provider: first, skill, themes, hours: 3 };
  const given = [];
  for (const _ of [1, 2]) {
    t.equal((await matchesOf(themes)).state, 'matched');
    const asked = await ask('/exchanges', exchange);
    given.push(await ask(`/exchanges/${asked.body.id}/agree`, {}, asked.etag, firsts));
  }
  t.same(await matchesOf(themes), { state: 'unmet', of: [] });
  const [{ body, etag } = { body: {}, etag: '' }] = given;
  await ask(`/exchanges/${body.id}/cancel`, { reason: 'other' }, etag);
  t.same(await matchesOf(themes), { state: 'matched', of: [first] });
});

t.test('what is offered in the very commune is near', async (t) => {
  const themes = ['sante--addictions'];
  const offer = { kind: 'service', title: 'Accueil', themes };
  await ask('/offers', { ...offer, communes: ['59340', '59183'] }, undefined, firsts);
  await ask('/offers', { ...offer, zones: ['59'] }, undefined, seconds);
  const near = await matchesOf(themes, { commune: '59183' });
  t.same(near.of, [first, second], 'though who offers it has more to do');
});

t.test('who has left the platform is not thought of any more', async (t) => {
  const themes = ['mobilite--acceder-a-un-vehicule'];
  await ask('/skills', skillFor(themes), undefined, firsts);
  await ask('/skills', skillFor(themes), undefined, seconds);
  await probe.leave(second);
  t.same(await matchesOf(themes), { state: 'matched', of: [first] });
  const { items } = (await ask(`/skills?theme=${themes}`)).body;
  t.match(items, [{ association: first }]);
  t.equal(items.length, 1, 'nor listed among those who can be asked');
});
