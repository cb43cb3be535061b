import type { PoolClient } from 'pg';

/** One statement, with its values bound. `name` makes it a prepared statement of the connection. */
export type Sql = {
  query<Row extends Record<string, unknown> = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
};

export type Database = Sql & {
  /** Runs in one transaction: committed when `run` resolves, rolled back when it rejects. */
  transaction<Result>(run: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** A connection of its own for LISTEN; calls back for each notification and, with undefined, after every reconnect. */
  listen(
    channel: string,
    notify: (payload: string | undefined) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** A pooled client, for what needs a session (COPY, advisory locks). The caller releases it. */
  client(): Promise<PoolClient>;
  close(): Promise<void>;
};
