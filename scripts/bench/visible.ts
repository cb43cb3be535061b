import { acknowledge } from './http-command.ts';
import { rateFrom, startLoad } from './load.ts';
import { benchDatabase, type Report, shown } from './measure.ts';
import { fillReferrals, receivingAssociation, skipReactions } from './referral-filling.ts';
import { benchIssuer, caughtUp, startServer } from './servers.ts';

const p99MaxMs = 100;
/** So many commands come before those that are measured: a process that has just begun runs code not compiled yet. */
const warmUpCommands = 3_000;

/**
 * From the moment a command is sent to one process until a reader of another one gets its answer from rows that show
 * it: the command's own answer, the log, the projection, `waitFor` and the reading are all in it.
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
  const commands = Math.ceil((ms / 1000) * perSecond) + 1 + warmUpCommands;
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
    const [first, then] = [ids.slice(0, warmUpCommands), ids.slice(warmUpCommands)];
    await load.run({ ...job, connections: 16, ms: 30_000, requests: first.map(acknowledge) });
    await caughtUp(reader.url, bench.database);
    const answered = await load.run({
      ...job,
      ...{ connections: 64, ms, perSecond },
      requests: then.map(acknowledge),
    });
    const rate = rateFrom(answered);
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
