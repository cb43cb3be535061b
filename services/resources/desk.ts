import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import type { Vault } from '@relais/vault/vault';
import type { PoolDesk } from './places/pool-desk.ts';

/** What routes and background work of this service are made of; an area takes what it needs. */
export type Desk = {
  readonly log: Log;
  /** The rows of the read model, for what no single stream tells. */
  readonly rows: Sql;
  readonly vault: Vault;
  /** Where commands on counted places are handed in. */
  readonly pools: PoolDesk;
  readonly now: () => Date;
};
