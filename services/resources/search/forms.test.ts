/** Offers, published answers and tools are found by the same words. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { app, ask, register, settled, tokenOf, tokens } = await accessProbe();
const knowing = randomUUID();
await register(knowing);
await settled();
const theirs = await tokenOf('partner', knowing);
const themes = ['sante--addictions'];

/** What stands in a text, and what is typed to find it. */
const cases: readonly (readonly [text: string, typed: string])[] = [
  ['réfugiés', 'réfugiée'],
  ['réfugiés', 'refugie'],
  ['réfugié', 'refugiees'],
  ['réfugiées', 'REFUGIE'],
  ['hébergée', 'hebergement'],
  ['hébergement', 'hébergées'],
  ['étrangers', 'étranger'],
  ['étrangère', 'etrangers'],
  ['irrégulière', 'irregulier'],
  ['foyers', 'foyer'],
  ['française', 'francais'],
  ['demandeurs', 'demandeuse'],
  ['emplois', 'emploi'],
  ['travaux', 'travail'],
  ['créée', 'crees'],
  ['œuvre', 'oeuvre'],
  ['oeuvres', 'Œuvre'],
  ['ex æquo', 'ex aequo'],
  ['curriculum vitae', 'vitæ'],
  ['l’hébergement', "l'hebergement"],
  ['demande d’asile', "demande d'asile"],
  ['demande d\u02bcasile', 'asile'],
  ['un asile', 'd’asile'],
  ['accès aux soins', 'Comment avoir accès à des soins ?'],
  ['لاجئ', 'اللاجئ'],
];

const posted = async (path: string, body: object, etag?: string, token?: string) => {
  const answer = await ask(path, body, etag, token);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer;
};

async function publishAnswer(text: string): Promise<string> {
  const { body, etag } = await posted('/questions', { themes, text: 'Une question' });
  const path = `/questions/${body.id}`;
  const routed = await posted(`${path}/route`, { to: knowing }, etag);
  const answered = await posted(`${path}/answer`, { text: 'Une réponse' }, routed.etag, theirs);
  const words = { title: 'Réponse', question: 'Sur quoi ?', answer: `Ceci : ${text}.`, themes };
  const said = { ...words, confirmedFreeOfPersonalData: true };
  await posted(`${path}/publish`, said, answered.etag);
  return body.id;
}

async function publishTool(text: string): Promise<string> {
  const body = { kind: 'guide', title: 'Guide', body: `Ceci : ${text}.`, themes };
  return (await posted('/publications', body)).body.id;
}

async function publishOffer(text: string): Promise<string> {
  const body = { kind: 'service', title: 'Offre', description: `Ceci : ${text}.`, themes };
  return (await posted('/offers', body)).body.id;
}

const kinds = {
  '/answers': publishAnswer,
  '/publications': publishTool,
  '/offer-search': publishOffer,
};

for (const [address, publish] of Object.entries(kinds)) {
  t.test(`${address} finds words in any form, with accents or without`, async (t) => {
    const ids = new Map<string, string>();
    for (const [text] of cases) if (!ids.has(text)) ids.set(text, await publish(text));
    await publish('rien de tout cela');
    await settled();
    const search = async (q: string, more: object = {}) => {
      const url = `/v1${address}?${new URLSearchParams({ q, limit: '100', ...more })}`;
      const headers = { authorization: `Bearer ${tokens.stranger}` };
      const { items, matched, next } = (await app.inject({ url, headers })).json();
      const those: string[] = items.map(
        (item: { id?: string; offer: { id: string } }) => item.id ?? item.offer.id,
      );
      return { those, matched, next };
    };
    const found = async (q: string) => (await search(q)).those;
    for (const [text, typed] of cases) {
      const those = await found(typed);
      t.ok(those.includes(ids.get(text) ?? ''), `${typed} finds ${text}`);
      t.ok(those.length < ids.size, `${typed} does not find everything`);
    }
    t.same(await found('trottinette'), []);
    const asylum = 'asile, la trottinette rouge';
    const some = await search(asylum);
    t.same(some, { ...(await search('asile')), matched: 'some' }, 'as many words as any has');
    t.ok(some.those.length > 1);
    const one = await search(asylum, { limit: '1' });
    const rest = await search(asylum, { cursor: one.next });
    t.same([...one.those, ...rest.those], some.those);
    t.same((await search('accès soins trottinette')).those, await found('accès soins'));
    t.equal(
      (await found('de la')).length,
      ids.size + 1,
      'words that say nothing leave nothing out',
    );
  });
}
