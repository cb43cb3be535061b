/**
 * `node commands-process.ts <json>`: the API of the referrals service on the log, with all its conventions, without the read model and
 * the reactions, as in a process whose twin holds their leases.
 */
import { randomBytes } from 'node:crypto';
import { openLog } from '@relais/event-log/open-log';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { stopWithSupervisor } from '@relais/http/lifecycle';
import { followRights } from '@relais/http/rights';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { referralsApp } from '@relais/referrals/app';
import { followMembers } from '@relais/service/members';
import { observedDatabase } from '@relais/telemetry/observed-database';
import { observedLog } from '@relais/telemetry/observed-log';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import { createLocalJWKSet } from 'jose';
import type { ServerArgument } from './servers.ts';

const { url, issuer, jwks, masterKey } = JSON.parse(process.argv[2] ?? '') as ServerArgument;
const database = observedDatabase(openDatabase({ url, max: 10 }), 'main');
for (const each of [eventLogMigrations, idempotencyMigrations, vaultMigrations]) {
  await migrate(database, each);
}
const log = observedLog(await openLog({ database }));
const stopping = new AbortController();
const rights = followRights(log, stopping.signal);
const members = followMembers(log, stopping.signal);
const vault = await openVault({ keyStore: postgresKeyStore(database, readMasterKeys(masterKey)) });
const app = await referralsApp({
  ...{ log, rows: database, vault, rights, members, issuer },
  now: () => new Date(),
  keys: createLocalJWKSet(jwks),
  http: {
    database,
    readModel: { isReadable: () => true, waitFor: async () => true },
    readiness: async () => ({ projections: [], checks: { rights: rights.hasCaughtUp() } }),
    cursorKey: randomBytes(32),
  },
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
stopWithSupervisor(async () => {
  await app.close();
  stopping.abort();
  vault.close();
  await log.close();
  await database.close();
}, rights.done);
