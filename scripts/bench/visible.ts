import { acknowledge } from './http-command.ts';
import { rateFrom, startLoad } from './load.ts';
import { benchDatabase, type Report, shown } from './measure.ts';
import { fillReferrals, receivingAssociation, skipReactions } from './referral-filling.ts';
import { benchIssuer, caughtUp, startServer } from './servers.ts';

const p99MaxMs = 100;
const answeredP99MaxMs = 50;
/** So many commands come before those that are measured: a process that has just begun runs code not compiled yet. */
const warmUpCommands = 3_000;

/**
 * From the moment a command is sent to one process until a reader of another one gets its answer from rows that show
 * it: the command's own answer, the log, the projection, `waitFor` and the reading are all in it. Before that, the same
 * commands alone, at the same rate: at as many as it can answer, 64 waiting connections alone make the time.
 */
export async function benchVisible({
  url,
  report,
  ms = 10_000,
  perSecond = 200,
}: {
  readonly url: string;
  readonly report: Report;
  readonly ms?: number;
  readonly perSecond?: number;
}): Promise<void> {
  await using bench = await benchDatabase(url);
  const issuer = await benchIssuer();
  const argument = { ...issuer.argument, url: bench.url };
  const measured = Math.ceil((ms / 1000) * perSecond) + 1;
  const commands = warmUpCommands + 2 * measured;
  const ids = await fillReferrals(bench.database, argument.masterKey, commands);
  await skipReactions(bench.database);
  const writer = await startServer('commands-process.ts', argument);
  const reader = await startServer('referrals-process.ts', argument);
  const load = startLoad();
  try {
    await caughtUp(reader.url, bench.database);
    const job = {
      url: writer.url,
      readAt: `${reader.url}/v1/associations?limit=1`,
      tokens: await issuer.tokens(receivingAssociation),
    };
    const requests = ids.map(acknowledge);
    const first = requests.slice(0, warmUpCommands);
    await load.run({ ...job, connections: 16, ms: 30_000, requests: first });
    await caughtUp(reader.url, bench.database);
    const steady = { ...job, connections: 64, ms, perSecond };
    const second = requests.slice(warmUpCommands, warmUpCommands + measured);
    const answered = rateFrom(await load.run({ ...steady, readAt: undefined, requests: second }));
    report({
      what: `command sent → answered, ${perSecond} commands/s over 64 connections`,
      ours: shown(answered),
      target: {
        text: `p99 ≤ ${answeredP99MaxMs} ms`,
        isMet: answered.p99Ms <= answeredP99MaxMs,
      },
    });
    await caughtUp(reader.url, bench.database);
    const third = requests.slice(warmUpCommands + measured);
    const rate = rateFrom(await load.run({ ...steady, requests: third }));
    report({
      what: `command sent → seen by a reader of another process, ${perSecond} commands/s`,
      ours: shown(rate),
      target: { text: `p99 ≤ ${p99MaxMs} ms`, isMet: rate.p99Ms <= p99MaxMs },
    });
  } finally {
    load.stop();
    await writer.stop();
    await reader.stop();
  }
}
