import { randomUUID } from 'node:crypto';
import { type Member, member, type Platform } from '../platform.ts';
import { after, expect, type Telling, type Told } from './telling.ts';

const appeals =
  'difficultes-administratives-ou-juridiques--prendre-en-compte-une-problematique-judiciaire';
const addictions = 'sante--addictions';
const laundry = 'equipement-et-alimentation--electromenager';
const loonPlage = '59359';

type Roles = { readonly [role in 'asker' | 'legal' | 'refugees' | 'peer']: Member };

/** Row 4 of the domain: what one association lacks another gives, in hours, and what nobody gives is kept. */
export async function playExpertise(platform: Platform, telling: Telling): Promise<void> {
  const of = (association: string) => member(platform, 'resources', association);
  const roles = {
    asker: of('accueil-loon-plage'),
    legal: of('cimade'),
    refugees: of('forum-refugies-cosi'),
    peer: of('utopia-56'),
  };
  telling.print('\nLa plate-forme de service : ce que l’une n’a pas, l’autre l’apporte');
  await skills(roles, telling);
  const need = await statedNeed(roles, telling);
  const exchange = await hoursGiven(roles, need, telling);
  const body = { exchange };
  const path = `/v1/needs/${need.id}/meet`;
  await telling.step('Le besoin est satisfait', roles.asker.post(path, body, { etag: need.etag }));
  await spreadLoad(roles, telling);
  await answeredByOffer(roles, platform, telling);
  await unmet(roles, telling);
}

const know = (title: string, themes: readonly string[]) => ({
  ...{ expert: randomUUID(), title, themes, languages: ['ar'] },
  ...{ commune: '59183', radiusKm: 60, availability: { hoursPerMonth: 8 } },
});

async function skills({ legal, refugees, peer }: Roles, { step }: Telling): Promise<void> {
  const evidence = { text: 'Quinze ans de permanences juridiques.', link: null };
  const skill = { ...know('Recours devant la CNDA', [appeals]), evidence };
  const stated = await step('La Cimade sait préparer un recours', legal.post('/v1/skills', skill));
  const path = `/v1/skills/${stated.id}/endorse`;
  const praise = { text: 'Trois recours préparés avec nous.' };
  await step('Utopia 56 s’en porte garante', peer.post(path, praise, { etag: stated.etag }));
  const other = know('Récit et recours', [appeals]);
  const last = await step('Forum réfugiés aussi le sait', refugees.post('/v1/skills', other));
  const all = await refugees.get(after(`/v1/skills?theme=${appeals}`, last));
  expect('deux compétences', all.body.items.length === 2, all.body);
}

async function statedNeed({ asker, legal }: Roles, { step, print }: Telling): Promise<Told> {
  const need = {
    ...{ themes: [appeals], commune: loonPlage, languages: ['ar'] },
    text: 'Une audience dans trois semaines, personne ici ne connaît la procédure.',
  };
  const stated = await step('Loon-Plage dit ce qui lui manque', asker.post('/v1/needs', need));
  expect('quelqu’un le sait', stated.state === 'matched', stated);
  const path = `/v1/needs/${stated.id}`;
  const { items } = await step('Qui peut aider', asker.get(after(`${path}/matches`, stated)));
  for (const { title, score, reasons } of items) {
    const why = reasons.map(({ code, points }: Told) => `${code} ${points}`).join(', ');
    print(`    ${title} (${score}) : ${why}`);
  }
  const [best] = items;
  expect('la Cimade d’abord', best.association === legal.client.association, items);
  expect(
    'parce que garantie',
    best.reasons.some(({ code }: Told) => code === 'endorsed'),
    best,
  );
  const hidden = await legal.get(path);
  expect('le besoin n’est pas lu par d’autres', hidden.status === 404, hidden);
  return { ...stated, skill: best.id };
}

/** Asked, agreed, given, and said alike by both sides; the ledger of both sums to zero. */
async function hoursGiven({ asker, legal }: Roles, need: Told, { step }: Telling): Promise<string> {
  const asked = await step(
    'Loon-Plage demande trois heures à la Cimade',
    asker.post('/v1/exchanges', {
      ...{ provider: legal.client.association, need: need.id, skill: need.skill },
      ...{ themes: [appeals], hours: 3, text: 'Préparer l’audience, avec interprète.' },
    }),
  );
  let etag = asked.etag;
  const act = async (who: Member, told: string, action: string, body: object = {}) => {
    const path = `/v1/exchanges/${asked.id}/${action}`;
    const answer = await step(told, who.post(path, body, { etag }));
    ({ etag } = answer);
    return answer;
  };
  await act(legal, 'La Cimade est d’accord', 'agree');
  await act(legal, 'Elle compte trois heures et demie', 'report', { hours: 3.5 });
  const differs = await act(asker, 'Loon-Plage en compte trois', 'report', { hours: 3 });
  expect('un désaccord', differs.state === 'disputed', differs);
  const done = await act(asker, 'puis se souvient du trajet', 'report', { hours: 3.5 });
  expect('les heures sont confirmées', done.state === 'done', done);
  const hours = async (who: Member): Promise<number> =>
    (await step('Au registre', who.get(after('/v1/hours', done)))).total.balance;
  const [given, received] = [await hours(legal), await hours(asker)];
  expect('donné et reçu s’annulent', given === 3.5 && given + received === 0, [given, received]);
  return asked.id;
}

/** Who gave lately is asked later. */
async function spreadLoad({ asker, refugees }: Roles, { step }: Telling): Promise<void> {
  const need = { themes: [appeals], commune: loonPlage, languages: ['ar'] };
  const stated = await step('Un second recours à préparer', asker.post('/v1/needs', need));
  const path = after(`/v1/needs/${stated.id}/matches`, stated);
  const { items } = await step('Forum réfugiés d’abord, cette fois', asker.get(path));
  expect('la charge est partagée', items[0].association === refugees.client.association, items);
  await step(
    'Loon-Plage a trouvé autrement',
    asker.post(`/v1/needs/${stated.id}/withdraw`, {}, { etag: stated.etag }),
  );
}

/** A service that another publishes answers a need as well as what its experts know. */
async function answeredByOffer(
  { asker }: Roles,
  platform: Platform,
  { step }: Telling,
): Promise<void> {
  const carrier = member(platform, 'resources', 'auberge-des-migrants');
  const offer = { kind: 'equipment', title: 'Machines à laver (histoire)', themes: [laundry] };
  const made = await step('L’Auberge a de quoi laver', carrier.post('/v1/offers', offer));
  await asker.get(after(`/v1/offers/${made.id}`, made));
  const need = { themes: [laundry], commune: loonPlage };
  const stated = await step('Loon-Plage n’a pas de quoi', asker.post('/v1/needs', need));
  const path = after(`/v1/needs/${stated.id}/matches`, stated);
  const { items } = await step('L’offre lui est proposée', asker.get(path));
  expect('l’offre', items[0]?.kind === 'offer' && items[0].id === made.id, items);
}

/** Kept where everybody sees that it is there, until somebody knows. */
async function unmet({ asker, refugees, peer }: Roles, { step }: Telling): Promise<void> {
  const text = 'Une consultation, le soir.';
  const need = { themes: [addictions], commune: loonPlage, text };
  const stated = await step('Personne ne sait faire cela', asker.post('/v1/needs', need));
  expect('le besoin est gardé', stated.state === 'unmet', stated);
  const path = after(`/v1/needs?of=all&theme=${addictions}`, stated);
  const { items } = await step('Tout le réseau voit qu’il existe', refugees.get(path));
  expect('sans son texte', items.length === 1 && !JSON.stringify(items).includes(text), items);
  const skill = know('Addictologie', [addictions]);
  const known = await step('Utopia 56 trouve une bénévole', peer.post('/v1/skills', skill));
  await asker.get(after(`/v1/needs/${stated.id}`, known));
  const again = await step(
    'Loon-Plage cherche à nouveau',
    asker.post(`/v1/needs/${stated.id}/look-again`, {}, { etag: stated.etag }),
  );
  expect('on lui répond', again.state === 'matched', again);
}
