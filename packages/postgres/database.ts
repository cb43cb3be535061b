import { DatabaseError, Pool, type PoolClient } from 'pg';
import { connectionConfig } from './connection.ts';
import { CopyIn } from './copy-in.ts';
import { openListener } from './listen.ts';

/**
 * One statement, with its values bound. `name` makes it a prepared statement of the connection.
 *
 * Rows come with: int8 as bigint (never number), numeric as text, json and jsonb parsed, timestamptz as
 * ISO 8601 text in UTC with milliseconds (what `Date.toISOString` gives), date and timestamp as PostgreSQL's
 * text. Values: a bigint, a Date and an object (as JSON) are bound as they are; an array is bound as a PostgreSQL
 * array, so an array meant as JSON goes in as `JSON.stringify(array)`.
 */
export type Sql = {
  query<Row extends Record<string, unknown> = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
};

/** What a transaction takes. Statements that are sent without waiting for one another travel together. */
export type Transaction = Sql & {
  /** `copy … from stdin` of rows as its text format has them. */
  copy(text: string, rows: string): Promise<void>;
};

export type Database = Sql & {
  /**
   * Runs in one transaction: committed when `run` resolves, rolled back when it rejects. Rejects too when the
   * server rolled back at the commit because `run` swallowed the error of a statement.
   */
  transaction<Result>(run: (sql: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * Listens on a connection apart, the same for all channels, which reconnects by itself. Resolves once it listens for
   * the first time (or `signal` aborts, or the database closes) and goes on in the background. Calls back for each
   * notification, and with undefined each time it starts to listen, the first time too: something may have been missed.
   */
  listen(
    channel: string,
    notify: (payload: string | undefined) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** A pooled client, for what needs a session (COPY, advisory locks). The caller releases it. */
  client(): Promise<PoolClient>;
  /** The pool as it is now: open connections, those of them at rest, and who waits for one. */
  connections(): { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Ends the listeners, waits for the queries under way and closes every connection. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Connections at most; a query waits for one up to `connectTimeoutMs`. */
  readonly max: number;
  /** Schemas in which unqualified names are looked up. */
  readonly searchPath?: readonly string[];
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** Default 30 s; 0 for none. The server ends the statement; 5 s later the client gives up by itself. */
  readonly statementTimeoutMs?: number;
  /** false: commits answer before they are on disk. For what can be derived again, never for the log. */
  readonly synchronousCommit?: boolean;
  readonly connectTimeoutMs?: number;
};

/** A bounded pool that survives restarts of the server: a broken connection is thrown away, the next query opens one. */
export function openDatabase(options: DatabaseOptions): Database {
  const config = connectionConfig(options);
  const pool = new Pool({ ...config, max: options.max, idleTimeoutMillis: 30_000 });
  // An error nobody listens to would end the process. Queries under way reject by themselves.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const closing = new AbortController();
  const listener = openListener(() => config);
  let closed: Promise<void> | undefined;

  return {
    query: (text, values, name) => withSession(pool, (session) => run(session, text, values, name)),
    transaction: (body) => withSession(pool, (session) => transact(session, body)),
    listen(channel, notify, signal) {
      const listening = Promise.withResolvers<void>();
      const over = AbortSignal.any([signal, closing.signal]);
      if (over.aborted) return Promise.resolve();
      over.addEventListener('abort', () => listening.resolve(), { once: true });
      listener({
        channel,
        signal: over,
        notify(payload) {
          notify(payload);
          listening.resolve();
        },
      });
      return listening.promise;
    },
    client: () => pool.connect(),
    connections: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close() {
      closing.abort();
      closed ??= pool.end();
      return closed;
    },
  };
}

/** A pooled connection in use. A broken one is thrown away instead of going back to the pool. */
type Session = { readonly client: PoolClient; broken: boolean };

async function withSession<Result>(
  pool: Pool,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = { client: await pool.connect(), broken: false };
  try {
    return await use(session);
  } finally {
    session.client.release(session.broken);
  }
}

async function run<Row extends Record<string, unknown>>(
  session: Session,
  text: string,
  values?: readonly unknown[],
  name?: string,
): Promise<{ rows: Row[]; rowCount: number; command: string }> {
  const query = session.client.query<Row>({
    text,
    ...(values === undefined ? {} : { values: values as unknown[] }),
    ...(name === undefined ? {} : { name }),
  });
  const { rows, rowCount, command } = await noting(session, query);
  return { rows, rowCount: rowCount ?? 0, command };
}

/** Notes when the connection is broken. */
async function noting<Result>(session: Session, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isInnocent(error)) session.broken = true;
    throw error;
  }
}

async function transact<Result>(
  session: Session,
  body: (sql: Transaction) => Promise<Result>,
): Promise<Result> {
  let open = true;
  // The connection may serve somebody else by now.
  const isOver = () => Promise.reject(new Error('the transaction is over'));
  const sql: Transaction = {
    query: (text, values, name) => (open ? run(session, text, values, name) : isOver()),
    copy: (text, rows) =>
      open ? noting(session, CopyIn.run(session.client, text, rows)) : isOver(),
  };
  await run(session, 'begin');
  let result: Result;
  try {
    result = await body(sql);
  } catch (error) {
    open = false;
    // A failed rollback marks the session as broken; the caller wants to know the first error.
    if (!session.broken) await run(session, 'rollback').catch(() => undefined);
    throw error;
  }
  open = false;
  const { command } = await run(session, 'commit');
  // PostgreSQL answers the commit of a failed transaction with a rollback, and calls that a success.
  if (command === 'ROLLBACK') throw new Error('rolled back: one of its statements had failed');
  return result;
}

/** Whether the connection is still good after this error: the server refused one statement and said so. */
const isInnocent = (error: unknown): boolean =>
  error instanceof DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC';
