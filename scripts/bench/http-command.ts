import { type LoadJob, type LoadRequest, rateFrom, startLoad } from './load.ts';
import { benchDatabase, median, type Rate, type Report, shown, typical } from './measure.ts';
import {
  fillReferrals,
  receivingAssociation,
  sendingAssociation,
  skipReactions,
} from './referral-filling.ts';
import { benchIssuer, caughtUp, startServer } from './servers.ts';

const connections = 64;

export type CommandName = 'acknowledge' | 'open case';
export type Pair = { readonly ours: Rate; readonly bare: Rate };
export type HttpBench = {
  readonly url: string;
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly process?: 'commands-process.ts' | 'referrals-process.ts';
  readonly commands?: readonly CommandName[];
  /** For --cpu-prof of the service. */
  readonly flags?: string[];
};

/**
 * Commands of the real service beside a bare Fastify route, in turns (ours, bare, ours, bare…), both with the same
 * requests and tokens and 64 connections of a load generator in a process of its own. `acknowledge` reads a prepared
 * referral, decides and appends; `open case` seals two personal values under new keys and appends to a new stream.
 */
export async function benchHttp(bench: HttpBench): Promise<{ [name in CommandName]: Pair[] }> {
  const { rounds = 4, roundMs = 4_000 } = bench;
  await using mine = await benchDatabase(bench.url);
  await using theirs = await benchDatabase(bench.url);
  const perRound = Math.ceil((roundMs / 1000) * 3_000);
  const issuer = await benchIssuer();
  const { masterKey } = issuer.argument;
  const ids = await fillReferrals(mine.database, masterKey, rounds * perRound);
  await skipReactions(mine.database);
  const ours = await startServer(
    bench.process ?? 'commands-process.ts',
    { ...issuer.argument, url: mine.url },
    bench.flags,
  );
  const bare = await startServer('bare-process.ts', { ...issuer.argument, url: theirs.url });
  const load = startLoad();
  const run = async (url: string, association: string, requests: readonly LoadRequest[]) => {
    const tokens = await issuer.tokens(association);
    const job: LoadJob = { url, connections, ms: roundMs, requests, tokens };
    return rateFrom(await load.run(job));
  };
  const pairs: { [name in CommandName]: Pair[] } = { acknowledge: [], 'open case': [] };
  try {
    for (let round = 0; round < rounds; round++) {
      const some = ids.slice(round * perRound, (round + 1) * perRound);
      const workload = {
        acknowledge: [receivingAssociation, some.map(acknowledge)],
        'open case': [sendingAssociation, some.map(() => openCase)],
      } as const;
      for (const name of bench.commands ?? (['acknowledge', 'open case'] as const)) {
        const [association, requests] = workload[name];
        await caughtUp(ours.url, mine.database);
        const one = await run(ours.url, association, requests);
        await caughtUp(ours.url, mine.database);
        pairs[name].push({ ours: one, bare: await run(bare.url, association, requests) });
      }
    }
  } finally {
    load.stop();
    await bare.stop();
    await ours.stop();
  }
  return pairs;
}

/** Each referral is acknowledged once. */
export const acknowledge = (id: string): LoadRequest => ({
  path: `/v1/referrals/${id}/acknowledge`,
  headers: { 'if-match': '"1"' },
});

const openCase: LoadRequest = {
  path: '/v1/cases',
  status: 201,
  body: {
    kind: 'person',
    referent: '13029f9e-83d1-4b3d-a37c-2a7568fc1ca7',
    persons: [
      {
        role: 'main',
        identity: { givenName: 'Exemple', familyName: 'Inventé', birthDate: '1990', sex: null },
        contact: { languages: ['ps'], interpreterNeeded: true },
      },
    ],
  },
};

const servers = {
  'commands-process.ts': 'API and log',
  'referrals-process.ts': 'the whole service, projections and reactions too',
} as const;
const p99MaxMs = 50;

/** Both ways of running the service: its consumers in another process, or in the one that is measured. */
export async function reportHttp(bench: HttpBench & { readonly report: Report }): Promise<void> {
  for (const process of ['commands-process.ts', 'referrals-process.ts'] as const) {
    const all = await benchHttp({ ...bench, process });
    for (const [name, pairs] of Object.entries(all)) {
      const ratio = median(pairs.map(({ ours, bare }) => ours.perSecond / bare.perSecond));
      const ours = typical(pairs.map((pair) => pair.ours));
      const isMet = ratio >= 0.5 && ours.p99Ms <= p99MaxMs;
      bench.report({
        what: `HTTP command ${name} (${servers[process]}), 64 connections`,
        ours: shown(ours),
        comparison: `bare Fastify: ${shown(typical(pairs.map((pair) => pair.bare)))}`,
        ratio,
        target: { text: `≥ 0.5 ×, p99 ≤ ${p99MaxMs} ms`, isMet },
      });
    }
  }
}
