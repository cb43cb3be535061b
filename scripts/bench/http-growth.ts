import { acknowledge } from './http-command.ts';
import { rateFrom, startLoad } from './load.ts';
import { fillLog } from './log-filling.ts';
import { benchDatabase, count, median, type Rate, type Report, shown, typical } from './measure.ts';
import { fillReferrals, receivingAssociation } from './referral-filling.ts';
import { benchIssuer, startServer } from './servers.ts';

const connections = 64;
const sizes = { small: 10_000, perSecondMax: 2_500 };

/** `acknowledge` on a log of ten thousand events and on a large one, in turns. */
export async function benchGrowth({
  url,
  report,
  events,
  rounds = 3,
  roundMs = 2_000,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events: number;
  readonly rounds?: number;
  readonly roundMs?: number;
}): Promise<void> {
  await using small = await benchDatabase(url);
  await using large = await benchDatabase(url);
  const issuer = await benchIssuer();
  const perRound = Math.ceil((roundMs / 1000) * sizes.perSecondMax);
  const contenders = [];
  for (const [bench, size] of [
    [small, sizes.small],
    [large, events],
  ] as const) {
    const ids = await fillReferrals(bench.database, issuer.argument.masterKey, rounds * perRound);
    await fillLog(bench.database, 'bench', size);
    const argument = { ...issuer.argument, url: bench.url };
    const server = await startServer('commands-process.ts', argument);
    contenders.push({ ids, server, rates: [] as Rate[] });
  }
  const load = startLoad();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { ids, server, rates } of contenders) {
        const requests = ids.slice(round * perRound, (round + 1) * perRound).map(acknowledge);
        const tokens = await issuer.tokens(receivingAssociation);
        const job = { url: server.url, connections, ms: roundMs, requests, tokens };
        rates.push(rateFrom(await load.run(job)));
      }
    }
  } finally {
    load.stop();
    for (const { server } of contenders) await server.stop();
  }
  const [few = [], many = []] = contenders.map(({ rates }) => rates);
  const ratio = median(many.map((rate, n) => rate.perSecond / (few[n]?.perSecond ?? Number.NaN)));
  report({
    what: `acknowledge with ${count(events)} events more in the log`,
    ours: shown(typical(many)),
    comparison: `${count(sizes.small)} events: ${shown(typical(few))}`,
    ratio,
    target: { text: 'within 20 %', isMet: ratio >= 1 / 1.2 },
  });
}
