import t from 'tap';
import { environment } from '../environment.ts';
import { platformDatabase } from '../start/database.ts';
import { checkLedger, equalReplay, referralRows, settled, wholeLog } from './accounts.ts';
import { placed, type Stories, unanswered } from './crash-story.ts';
import { fileMaxMs, until } from './eventually.ts';
import { openLedger, repeat } from './ledger.ts';
import { newOffer } from './narrative.ts';
import { openStage, temporaryFolder } from './stage.ts';

/** RELAIS_CRASH_ROUNDS=200 makes a night of it. */
const rounds = Number(environment.RELAIS_CRASH_ROUNDS || 2);
const timeout = fileMaxMs + rounds * 60_000;
t.setTimeout(timeout);
const storiesPerRound = 8;
const places = 10;

const postgresLines: string[] = [];
const database = await platformDatabase(undefined, await temporaryFolder(t), (line) =>
  postgresLines.push(line),
);
t.teardown(() => database.stop());
const stage = await openStage(t, { databaseUrl: database.url });
const [referrals, resources] = [stage.services.referrals[0], stage.services.resources[0]];
if (referrals === undefined || resources === undefined) throw new Error('no services');
const all = Object.values(stage.services).flat();
const sender = stage.partner('accueil-grande-synthe');
const receiver = stage.partner('france-terre-d-asile');
const ledger = openLedger();
const stories: Stories = { ledger, url: referrals.url, sender, receiver };

const kill = (pid: number | undefined): void => {
  if (pid === undefined) throw new Error('there is no such process');
  process.kill(pid, 'SIGKILL');
};

/** Whom it hits in turn. */
const victims: readonly (readonly [string, () => Promise<void> | void])[] = [
  ['the referrals process', () => kill(referrals.pid())],
  ['PostgreSQL', () => kill(Number(/process (\d+)/.exec(postgresLines.at(-1) ?? '')?.[1]))],
  ['the resources process', () => kill(resources.pid())],
  [
    'one session of PostgreSQL',
    async () => {
      const { rows } = await stage.database.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'relais-referrals'
         order by query_start desc limit 1`,
      );
      kill(rows[0]?.pid);
    },
  ],
];

async function publish(title: string, more: object): Promise<string> {
  const url = `${resources?.url}/v1/offers`;
  const { body } = await ledger.tell(receiver, url, { body: newOffer(title, more) });
  return body.id;
}

t.test('kill -9 at any moment, under load', { timeout }, async (t) => {
  const counted = await publish('Places comptées', { kind: 'place', places });
  const hasty = { acknowledgeSeconds: 1, decideSeconds: 2, graceSeconds: 1 };
  const urgent = await publish('Réponse en secondes', { deadlines: hasty });

  const running: ReturnType<typeof placed>[] = [];
  const waiting: Promise<string>[] = [];
  for (let round = 0; round < rounds; round++) {
    const [whom, hit] = victims[round % victims.length] ?? victims[0] ?? [];
    for (let n = 0; n < storiesPerRound; n++) running.push(placed(stories, counted, n % 2 === 0));
    waiting.push(unanswered(stories, urgent), unanswered(stories, urgent));
    const enough = ledger.entries.length + 5 + ((round * 7) % 20);
    await until('commands are acknowledged', () => ledger.entries.length >= enough);
    await hit?.();
    t.comment(`killed ${whom}: ${ledger.entries.length} acknowledged, ${ledger.open()} under way`);
    await until('everybody is back', () => stage.ready(...all).then(() => true));
  }
  const ends = await Promise.all(running);
  const expiring = await Promise.all(waiting);
  t.equal(ledger.open(), 0, 'every command was answered in the end');
  t.same(
    ledger.entries.filter(({ status }) => status >= 300).map(({ text }) => text),
    [],
    'none was refused',
  );
  const expired = async () => {
    const { rows } = await stage.database.query(
      `select id from ${referralRows}.referral where state = 'expired' and id = any ($1)`,
      [expiring],
    );
    return rows.length === expiring.length;
  };
  await until('nobody answers, so they expire', expired);
  await settled(stage);

  const again = ledger.entries.filter(({ sent }) => sent > 1).length;
  t.comment(`${ledger.entries.length} commands, ${again} of them sent more than once`);
  const records = await wholeLog(t, stage);
  t.equal(records.at(-1)?.position, BigInt(records.length), 'positions have no gaps');
  checkLedger(t, records, ledger.entries);

  const others: string[] = [];
  for (const entry of ledger.entries) {
    const { status, text, headers } = await repeat(entry);
    const isSame =
      status === entry.status && text === entry.text && headers.get('etag') === entry.tag;
    if (!isSame) others.push(`${entry.url}\n${entry.status} ${entry.text}\n${status} ${text}`);
  }
  t.same(others, [], 'the same key has the same answer again');
  await settled(stage);
  await equalReplay(t, stage);

  const pool = await receiver.get(`${resources.url}/v1/offers/${counted}/places`);
  const accepted = await stage.database.query(
    `select from ${referralRows}.referral where state = 'accepted' and offer ->> 'offer' = $1`,
    [counted],
  );
  const holds = ends.filter((end) => end === 'holds').length;
  t.equal(pool.body.reserved, holds, `${holds} hold a place`);
  t.equal(accepted.rowCount, holds, 'as many referrals are accepted');
  t.ok(holds <= places);

  const fired = Map.groupBy(
    records.filter(({ type }) => /^referral-(?:reminded|escalated|expired)\./.test(type)),
    ({ stream, type }) => `${stream} ${type}`,
  );
  for (const id of expiring) {
    const count = (type: string) => fired.get(`referral-${id} referral-${type}.v1`)?.length ?? 0;
    const times = {
      reminded: count('reminded'),
      escalated: count('escalated'),
      expired: count('expired'),
    };
    t.same(times, { reminded: 2, escalated: 1, expired: 1 });
  }
});
