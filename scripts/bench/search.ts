import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { schemaOf } from '@relais/event-log/projection';
import { testIssuer } from '@relais/http/test-tokens';
import type { Database } from '@relais/postgres/database';
import { resourcesConfig } from '@relais/resources/config';
import { resourcesProjection } from '@relais/resources/project';
import { startResources } from '@relais/resources/service';
import { benchDatabase, count, quantile, type Report, type Row, rateOf, shown } from './measure.ts';
import { dice, fillOffers } from './offer-filling.ts';

const p99MaxMs = 50;
const manyCallers = 2;
const schema = schemaOf(resourcesProjection);

type Question = { readonly [parameter: string]: string };

/** What people ask for, from few to many answers: the slowest kinds must stay quick too. */
const questions: { readonly [kind: string]: Question } = {
  'a word, a place': { q: 'hébergement', commune: '59183' },
  'words of titles': { q: 'cours de français' },
  'typing errors': { q: 'permanance juridiqe' },
  'words, an area': { q: 'avocat asile recours', area: '59' },
  'words, a city, open now': {
    ...{ q: 'douche laverie', commune: '75056', radiusKm: '10', openNow: 'true' },
  },
  'words, a language': { q: 'interprète pachto', language: 'ps' },
  'a rare word': { q: 'couture4711' },
  'words, a public': { q: 'soutien psychologique femmes', public: 'femmes' },
  'by distance': { commune: '69123', radiusKm: '30', sort: 'distance' },
  'themes, an area': { theme: 'logement-hebergement', area: '13' },
  'themes, a place, open now': { theme: 'sante', openNow: 'true', commune: '33063' },
  'a kind': { kind: 'workshop' },
  everything: {},
  'a typing error, a public, around a city': {
    ...{ q: 'alimentasion', public: 'familles', commune: '13055', radiusKm: '50' },
  },
  'words, themes, a place': { q: 'garde enfants', theme: 'famille', commune: '94028' },
  'a sentence, a place': { q: 'je cherche un logement pour ma famille', commune: '59271' },
  'a word that half of all have, a language': { q: 'accueil', language: 'ar' },
  'words that half of all have': { q: 'accueil repas asile' },
  'ten words': {
    q: 'accueil écoute orientation droits santé papiers préfecture asile recours nuit',
  },
  'themes, a language': { theme: 'sante', language: 'ps' },
  'around the largest city': { commune: '75056', radiusKm: '50' },
  'words, far around the largest city': {
    ...{ q: 'cours de français', commune: '75056', radiusKm: '100' },
  },
  'themes, a language, open now': { theme: 'mobilite', language: 'ar', openNow: 'true' },
  'nothing is found': { q: 'zeppelin', commune: '75056', radiusKm: '200' },
};
const kinds = Object.keys(questions);

/** Searches over HTTP, with token, facets and reasons, among so many offers. */
export async function benchSearch({
  url,
  report,
  offers = 100_000,
  ms,
}: {
  readonly url: string;
  readonly report: Report;
  readonly offers?: number;
  readonly ms: number;
}): Promise<void> {
  await using bench = await benchDatabase(url);
  await fillOffers(bench.database, offers);
  const issuer = await testIssuer();
  const config = resourcesConfig({
    DATABASE_URL: bench.url,
    RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
    RELAIS_ISSUER: issuer.issuer,
    RELAIS_LOG_LEVEL: 'silent',
  });
  const since = performance.now();
  const service = await startResources(config, issuer.keys);
  try {
    await searchable(bench.database);
    const perSecond = offers / ((performance.now() - since) / 1_000);
    report({ what: 'making offers searchable', ours: `${count(perSecond)} offers/s` });
    // As PostgreSQL does by itself within minutes.
    await bench.database.query('vacuum (analyze)');
    await bench.database.query('checkpoint');
    const claims = { exp: Math.floor(Date.now() / 1000) + 290 };
    const token = await issuer.token({
      ...{ service: 'resources', role: 'partner', association: randomUUID(), claims },
    });
    const headers = { authorization: `Bearer ${token}` };
    const times = new Map(kinds.map((kind): [string, number[]] => [kind, []]));
    const ask = async (kind: string) => {
      const since = performance.now();
      const query = new URLSearchParams(questions[kind]);
      const answer = await fetch(`${service.url}/v1/offer-search?${query}`, { headers });
      if (answer.status !== 200) throw new Error(await answer.text());
      await answer.arrayBuffer();
      times.get(kind)?.push(performance.now() - since);
    };
    for (const kind of kinds) await ask(kind);
    times.forEach((warming) => {
      warming.length = 0;
    });
    const { pick } = dice(7);
    const rates = async (callers: number) => ({
      ours: await rateOf(callers, ms, () => ask(pick(kinds))),
      bare: await rateOf(callers, ms / 4, () => askBare(bench.database, pick(kinds))),
    });
    const alone = await rates(1);
    for (const [kind, took] of times) report({ what: `search: ${kind}`, ours: spread(took) });
    const row = (callers: string, { ours, bare }: typeof alone): Row => ({
      what: `search over HTTP among ${count(offers)} offers, ${callers}, counts and reasons included`,
      ours: shown(ours),
      comparison: `bare pg, words alone, by ts_rank: ${shown(bare)}`,
      ratio: bare.perSecond / ours.perSecond,
    });
    const target = { text: `p99 ≤ ${p99MaxMs} ms`, isMet: alone.ours.p99Ms <= p99MaxMs };
    report({ ...row('one at a time', alone), target });
    report(
      row(`${manyCallers} at a time, all that the processors can do`, await rates(manyCallers)),
    );
  } finally {
    await service.stop();
  }
}

const spread = (times: readonly number[]): string => {
  const sorted = times.toSorted((one, other) => one - other);
  const [middle, high] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
  return `median ${middle.toFixed(1)} ms  p99 ${high.toFixed(1)} ms  (${sorted.length} times)`;
};

/** The first twenty as PostgreSQL's manual finds them: without filters, counts, reasons, typing errors or HTTP. */
function askBare(database: Database, kind: string): Promise<unknown> {
  const { q } = questions[kind] ?? {};
  const from = `from ${schema}.search_entry join ${schema}.search_offer told using (id)`;
  if (q === undefined) {
    return database.query(
      `select id, title_words ${from} order by search_entry.newest, id limit 20`,
    );
  }
  return database.query(
    `select id, title_words ${from}, plainto_tsquery('pg_catalog.french', $1) query
     where document @@ query order by ts_rank(document, query) desc limit 20`,
    [q],
  );
}

const searchableMaxMs = 1_200_000;

/** Resolves once all that was written can be found. */
async function searchable(database: Database): Promise<void> {
  const deadline = performance.now() + searchableMaxMs;
  while (performance.now() < deadline) {
    const { rows } = await database.query<{ isDone: boolean }>(
      `select position >= (select max(position) from event_log.event) as "isDone"
       from event_log.consumer where name = $1`,
      [schema],
    );
    if (rows[0]?.isDone === true) return;
    await pause(200);
  }
  throw new Error('the read model did not catch up');
}
