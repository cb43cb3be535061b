import type { TokenOptions } from '@relais/http/token';
import type { ServiceConfig } from '@relais/service/config';
import { followMembers } from '@relais/service/members';
import { type RunningService, runService } from '@relais/service/run-service';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import { resourcesApp } from './app.ts';
import { backgroundWork } from './background.ts';
import type { Desk } from './desk.ts';
import { exchangeMigrations } from './exchange/imports/spool.ts';
import { openPoolDesk } from './places/pool-desk.ts';
import { resourcesProjection } from './project.ts';

/** Starts one process of the resources service; `keys` are the issuer's. */
export async function startResources(
  config: ServiceConfig,
  keys: TokenOptions['keys'],
): Promise<RunningService> {
  const opened: { desk?: Desk; members?: ReturnType<typeof followMembers> } = {};
  const service = await runService({
    name: 'resources',
    config,
    projection: resourcesProjection,
    migrations: [vaultMigrations, exchangeMigrations],
    async app({ log, database, rows, rights, signal, http }) {
      const keyStore = postgresKeyStore(database, config.RELAIS_MASTER_KEY);
      const vault = await openVault({ keyStore });
      const desk = { log, rows, vault, pools: openPoolDesk(log), now: http.now };
      const members = followMembers(log, signal);
      Object.assign(opened, { desk, members });
      return resourcesApp({ ...desk, http, rights, members, issuer: config.RELAIS_ISSUER, keys });
    },
    background: (_base, run) =>
      opened.desk === undefined || opened.members === undefined
        ? []
        : [opened.members.done, ...backgroundWork(opened.desk, run)],
  });
  return {
    ...service,
    async stop() {
      await service.stop();
      opened.desk?.vault.close();
    },
  };
}
