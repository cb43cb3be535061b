import type { Database, Sql } from '@relais/postgres/database';

/** A connection of its own; a broken one is thrown away, and the next statement opens another. */
export type Session = Sql & { readonly close: () => void };

export type SessionOptions = {
  /** Statements that begin it. */
  readonly settings?: string;
  readonly answerTimeoutMs?: number;
  /** Whether the connection is as good as before after this error. */
  readonly isHarmless?: (error: unknown) => boolean;
};

/** Plans made while the log was small must not be used when it is not, and to plan each time costs more than to read. */
const plans = `set jit = off; set enable_seqscan = off; set enable_bitmapscan = off;
  set plan_cache_mode = force_generic_plan`;

/** For named statements that find their rows by an index. */
export function openSession(
  database: Database,
  { settings = '', answerTimeoutMs, isHarmless = () => false }: SessionOptions = {},
): Session {
  type Client = Awaited<ReturnType<Database['client']>>;
  let session: Promise<Client> | undefined;
  let closed = false;

  async function open(): Promise<Client> {
    const client = await database.client();
    try {
      await client.query(`${plans}; ${settings}`);
    } catch (error) {
      client.release(true);
      throw error;
    }
    return client;
  }

  function drop(): void {
    session?.then(
      (client) => client.release(true),
      () => undefined,
    );
    session = undefined;
  }

  return {
    async query<Row extends Record<string, unknown>>(
      text: string,
      values: readonly unknown[] = [],
      name?: string,
    ) {
      if (closed) throw new Error('the session is closed');
      session ??= open();
      const mine = session;
      const statement = {
        ...{ text, values: values as unknown[] },
        ...(name !== undefined && { name }),
        ...(answerTimeoutMs !== undefined && { query_timeout: answerTimeoutMs }),
      };
      try {
        const { rows, rowCount } = await (await mine).query<Row>(statement);
        return { rows, rowCount: rowCount ?? 0 };
      } catch (error) {
        // Another statement may have found that out before.
        if (mine === session && !isHarmless(error)) drop();
        throw error;
      }
    },
    close() {
      closed = true;
      drop();
    },
  };
}
