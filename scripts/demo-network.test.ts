import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@relais/event-log/open-log';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import { registerDemoMembers } from './demo-network.ts';

t.test('members are registered once, and other keys are not passed for theirs', async (t) => {
  const { database } = await freshDatabase(t);
  const log = await openLog({ database });
  const folder = await mkdtemp(join(tmpdir(), 'relais-demo-'));
  t.teardown(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });
  const now = new Date();
  const first = await registerDemoMembers(log, join(folder, 'one'), now);
  const head = await log.head();
  t.same(await registerDemoMembers(log, join(folder, 'one'), now), first);
  t.equal(await log.head(), head, 'a second start appends nothing');
  await t.rejects(registerDemoMembers(log, join(folder, 'two'), now), /with other keys/);
  t.equal(await log.head(), head);
});
