import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sql } from '@relais/postgres/database';
import { type Embedded, freePort, startEmbedded } from '@relais/postgres/embedded';
import t, { type Test } from 'tap';
import { equalReplay, settled, wholeLog } from './accounts.ts';
import { eventually, fileMaxMs, until } from './eventually.ts';
import { newCase } from './narrative.ts';
import { openStage, type Stage, temporaryFolder } from './stage.ts';

t.setTimeout(fileMaxMs);

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const diskBytes = 256 * 1024 * 1024;
const commandsMax = 3_000;
const limitBytes = 4 * 1024 * 1024;

/** Little room is taken in advance, so that the disk is full when a table needs a page. */
const settings = { shared_buffers: '32MB', max_wal_size: '64MB', min_wal_size: '32MB' };

async function startPostgres(t: Test, folder: string): Promise<Embedded> {
  const server = await startEmbedded({ dataDir: folder, port: await freePort(), settings });
  t.teardown(() => server.stop());
  return server;
}

const casesOf = ({ services }: Stage): string => `${services.referrals[0]?.url}/v1/cases`;

/** Repeats a command that was not acknowledged until it is, and looks what the log has of it. */
async function checkRecovery(t: Test, stage: Stage, body: object, key: string): Promise<void> {
  await stage.ready(...Object.values(stage.services).flat());
  const sender = stage.partner('accueil-grande-synthe');
  const again = await eventually('the service recovers', async () => {
    const reply = await sender.post(casesOf(stage), { body, key });
    return reply.status === 201 ? reply : undefined;
  });
  const { id, position } = again.body;
  const url = `${casesOf(stage)}/${id}?waitFor=${position}`;
  await until('the rows go on', async () => (await sender.get(url)).status === 200);
  await settled(stage);
  const records = await wholeLog(t, stage);
  t.equal(records.filter(({ stream }) => stream === `case-${id}`).length, 1, 'done once');
  t.equal(records.at(-1)?.position, BigInt(records.length), 'positions have no gaps');
  await equalReplay(t, stage);
}

/** A disk of our own, gone with the test. Undefined, with the reason said, where this machine has no such thing. */
async function smallDisk(t: Test): Promise<string | undefined> {
  const folder = join(await temporaryFolder(t), 'disk');
  await mkdir(folder, { mode: 0o711 });
  if (!isRoot) {
    t.pass('left out: only root mounts a disk of its own', { skip: true });
    return undefined;
  }
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=0711`, 'relais', folder]);
  } catch {
    t.pass('left out: this machine lets nobody mount', { skip: true });
    return undefined;
  }
  t.teardown(() => run('umount', ['--lazy', folder]));
  await chmod(folder, 0o711);
  return folder;
}

/** Writes until nothing more fits. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  for (let size = 1024 * 1024; size >= 512; ) {
    const written = await handle.write(Buffer.alloc(size)).catch(() => undefined);
    if (written === undefined) size /= 2;
  }
  await handle.close();
}

t.test('the disk is full: nothing is acknowledged that is not kept', async (t) => {
  const disk = await smallDisk(t);
  if (disk === undefined) return;
  const server = await startPostgres(t, join(disk, 'postgres'));
  const stage = await openStage(t, { databaseUrl: server.url });
  const sender = stage.partner('accueil-grande-synthe');
  const pids = stage.services.referrals.map((service) => service.pid());
  t.equal((await sender.post(casesOf(stage), { body: newCase() })).status, 201);

  const filler = join(disk, 'filler');
  await fill(filler);
  const acknowledged: string[] = [];
  const refused = await eventually('a command finds no room', async () => {
    for (let n = 0; n < commandsMax / 100; n++) {
      const command = { body: newCase('A'.repeat(200)), key: randomUUID() };
      const reply = await sender.post(casesOf(stage), command);
      if (reply.status !== 201) return { ...command, reply };
      acknowledged.push(reply.body.id);
    }
    return undefined;
  });
  t.match(refused.reply, { status: 503, body: { status: 503 } });
  t.match(refused.reply.headers.get('retry-after'), /^\d+$/, 'Retry-After');
  t.comment(`${acknowledged.length} commands found room`);

  await rm(filler);
  await checkRecovery(t, stage, refused.body, refused.key);
  for (const id of acknowledged) {
    const kept = await stage.database.query('select from event_log.event where stream = $1', [
      `case-${id}`,
    ]);
    if (kept.rowCount !== 1) t.fail(`case ${id} was acknowledged and is not there`);
  }
  t.same(
    stage.services.referrals.map((service) => service.pid()),
    pids,
    'no process had to be started again',
  );
});

/** Brings the place where PostgreSQL writes in its log's file of 16 MiB past `bytes`, and not too near to the end. */
async function passInWal(sql: Sql, bytes: number): Promise<void> {
  await until('the place is right', async () => {
    const { rows } = await sql.query<{ at: bigint }>(
      "select (pg_current_wal_insert_lsn() - '0/0')::bigint % (16 * 1024 * 1024) as at",
    );
    const at = Number(rows[0]?.at);
    if (at > bytes && at < 14 * 1024 * 1024) return true;
    await sql.query("select pg_logical_emit_message(false, 'test', repeat('x', 1000000))");
    return false;
  });
}

t.test('a commit that cannot be written to disk is never acknowledged', async (t) => {
  if (!(await run('prlimit', ['--version']).catch(() => undefined))) {
    t.pass('left out: there is no prlimit here', { skip: true });
    return;
  }
  const folder = join(await temporaryFolder(t), 'postgres');
  const server = await startPostgres(t, folder);
  const stage = await openStage(t, { databaseUrl: server.url });
  const sender = stage.partner('accueil-grande-synthe');
  t.equal((await sender.post(casesOf(stage), { body: newCase() })).status, 201);

  // From here on the session that appends can write no file beyond the limit: all tables are smaller, and the log of
  // PostgreSQL is past it. It panics at the commit, as it does for an error of fsync (which itself cannot be made to
  // fail without a device of our own).
  await passInWal(stage.database, limitBytes);
  const { rows } = await stage.database.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where application_name = 'relais-referrals'
       and (query like '%event_log.append%' or query like '%pg_notify(''event_log''%')`,
  );
  t.equal(rows.length, 1, 'one session appends');
  const pid = String(rows[0]?.pid);
  // Who serves the data may limit itself; not even root may limit others everywhere.
  const { uid, gid } = await stat(`/proc/${pid}`);
  await run('prlimit', ['--pid', pid, `--fsize=${limitBytes}:${limitBytes}`], { uid, gid });
  const command = { body: newCase(), key: randomUUID() };
  const refused = await sender.post(casesOf(stage), command);
  t.match(refused, { status: 503, body: { status: 503 } });
  t.match(refused.headers.get('retry-after'), /^\d+$/, 'Retry-After');
  t.match(
    await readFile(join(folder, 'server.log'), 'utf8'),
    /terminated by signal 6/,
    'the commit had failed',
  );
  await checkRecovery(t, stage, command.body, command.key);
});
