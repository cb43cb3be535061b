import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { schemaOf } from '@relais/event-log/projection';
import { testIssuer } from '@relais/http/test-tokens';
import type { Database } from '@relais/postgres/database';
import { resourcesConfig } from '@relais/resources/config';
import { resourcesProjection } from '@relais/resources/project';
import { startResources } from '@relais/resources/service';
import { benchDatabase, count, type Report, rateOf, shown } from './measure.ts';
import { dice, fillOffers } from './offer-filling.ts';

const p99MaxMs = 50;
const callers = 2;
const schema = schemaOf(resourcesProjection);

/** What people ask for: common and rare words, typing errors, places, moments, filters, and all of these together. */
const questions: readonly { readonly [parameter: string]: string }[] = [
  { q: 'hébergement', commune: '59183' },
  { q: 'cours de français' },
  { q: 'permanance juridiqe' },
  { q: 'avocat asile recours', area: '59' },
  { q: 'douche laverie', commune: '75056', radiusKm: '10', openNow: 'true' },
  { q: 'interprète pachto', language: 'ps' },
  { q: 'couture4711' },
  { q: 'soutien psychologique femmes', public: 'femmes' },
  { commune: '69123', radiusKm: '30', sort: 'distance' },
  { theme: 'logement-hebergement', area: '13' },
  { theme: 'sante', openNow: 'true', commune: '33063' },
  { kind: 'workshop' },
  {},
  { q: 'alimentasion', public: 'familles', commune: '13055', radiusKm: '50' },
  { q: 'garde enfants', theme: 'famille', commune: '94028' },
  { q: 'je cherche un logement pour ma famille', commune: '59271' },
];

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
  const service = await startResources(config, issuer.keys);
  try {
    await searchable(bench.database);
    await bench.database.query(`vacuum (analyze) ${schema}.search_offer`);
    await bench.database.query(`vacuum (analyze) ${schema}.offer`);
    const claims = { exp: Math.floor(Date.now() / 1000) + 290 };
    const token = await issuer.token({
      ...{ service: 'resources', role: 'partner', association: randomUUID(), claims },
    });
    const ask = async (question: (typeof questions)[number]) => {
      const answer = await fetch(
        `${service.url}/v1/offer-search?${new URLSearchParams(question)}`,
        {
          headers: { authorization: `Bearer ${token}` },
        },
      );
      if (answer.status !== 200) throw new Error(await answer.text());
      await answer.arrayBuffer();
    };
    for (const question of questions) await ask(question);
    const { pick } = dice(7);
    const rate = await rateOf(callers, ms, () => ask(pick(questions)));
    report({
      what: `search over HTTP among ${count(offers)} offers, ${callers} callers, counts and reasons included`,
      ours: shown(rate),
      comparison: `goal: p99 ${p99MaxMs} ms`,
      ratio: rate.p99Ms / p99MaxMs,
      target: { text: `p99 ≤ ${p99MaxMs} ms`, isMet: rate.p99Ms <= p99MaxMs },
    });
  } finally {
    await service.stop();
  }
}

const searchableMaxMs = 300_000;

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
