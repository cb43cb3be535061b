/**
 * `npm run parked`: the events that reactions have set aside because they failed on them, the later events of the same
 * streams that wait behind them, and timers that failed. `retry CONSUMER STREAM` has them tried again; `skip CONSUMER
 * POSITION --reason TEXT --by NAME` gives one up. The database is that of DATABASE_URL, or the platform's own below
 * `--data-dir`.
 */
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { parkedEvents, retryParked, skipParked } from '@relais/event-log/parked';
import { openDatabase, type Sql } from '@relais/postgres/database';
import { platformServer } from './platform-database.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'data-dir': { type: 'string', default: '.data' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
});
const [action = 'list', consumer, which] = positionals;
const print = (line: string) => process.stdout.write(`${line}\n`);

async function list(sql: Sql): Promise<void> {
  const { rows: consumers } = await sql.query<{ consumer: string }>(
    'select distinct consumer from event_log.parked order by consumer',
  );
  for (const { consumer } of consumers) {
    for (const event of await parkedEvents(sql, consumer)) {
      const { position, stream, type, state, attempts, reason } = event;
      print(`${consumer}  ${position}  ${stream}  ${type}  ${state}  ${attempts} tries  ${reason}`);
    }
  }
  const { rows: timers } = await sql.query<{ consumer: string; stream: string; reason: string }>(
    'select consumer, stream, reason from event_log.timer where reason is not null order by due_at',
  );
  for (const { consumer, stream, reason } of timers) {
    print(`${consumer}  timer of ${stream}, tried again by itself: ${reason}`);
  }
  print(`${consumers.length} consumers with parked events, ${timers.length} failed timers`);
}

async function run(sql: Sql): Promise<boolean> {
  if (action === 'list') {
    await list(sql);
    return true;
  }
  if (consumer === undefined || which === undefined) return false;
  if (action === 'retry') {
    print(`${await retryParked(sql, consumer, which)} events of ${which} are tried again`);
    return true;
  }
  const { reason, by } = values;
  const isComplete = reason !== undefined && by !== undefined && /^\d{1,18}$/.test(which);
  if (action !== 'skip' || !isComplete) return false;
  const found = await skipParked(sql, { consumer, position: BigInt(which), reason, actor: by });
  print(found ? `${which} is skipped` : `${which} is not parked for ${consumer}`);
  return true;
}

const server = await platformServer(values['data-dir']);
const database = openDatabase({ url: server.url, max: 3 });
try {
  if (!(await run(database))) {
    print(
      'npm run parked [-- retry CONSUMER STREAM | skip CONSUMER POSITION --reason TEXT --by NAME]',
    );
    process.exitCode = 2;
  }
} finally {
  await database.close();
  await server.stop();
}
