import type { TokenOptions } from '@relais/http/token';
import type { ServiceConfig } from '@relais/service/config';
import { followMembers, type Members } from '@relais/service/members';
import { type RunningService, runService } from '@relais/service/run-service';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault, type Vault } from '@relais/vault/vault';
import { referralsApp } from './app.ts';
import { runMatching } from './duplicates/project.ts';
import { referralsProjection } from './project.ts';
import { runReactions } from './react.ts';

/** Starts one process of the referrals service; `keys` are the issuer's. */
export async function startReferrals(
  config: ServiceConfig,
  keys: TokenOptions['keys'],
): Promise<RunningService> {
  const opened: { vault?: Vault; members?: Members } = {};
  const service = await runService({
    name: 'referrals',
    config,
    projection: referralsProjection,
    migrations: [vaultMigrations],
    async app({ log, database, rows, rights, signal, http }) {
      const vault = await openVault({
        keyStore: postgresKeyStore(database, config.RELAIS_MASTER_KEY),
      });
      opened.vault = vault;
      const members = followMembers(log, signal);
      opened.members = members;
      const issuer = config.RELAIS_ISSUER;
      const desk = { log, rows, vault, now: http.now };
      return referralsApp({ ...desk, http, issuer, keys, rights, members });
    },
    background(base, run) {
      const { vault, members } = opened;
      if (vault === undefined || members === undefined) return [];
      return [
        members.done,
        runMatching({ ...run, log: base.log, vault }),
        runReactions({ ...base, ...run, vault, now: base.http.now }),
      ];
    },
  });
  return {
    ...service,
    async stop() {
      await service.stop();
      opened.vault?.close();
    },
  };
}
