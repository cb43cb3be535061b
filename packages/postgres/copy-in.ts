import type { Writable } from 'node:stream';
import { type Connection, type PoolClient, Query } from 'pg';

/** What of the driver's connection its types leave out; pg-copy-streams uses it too. */
type CopyConnection = Connection & {
  readonly stream: Writable;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

/**
 * A `copy … from stdin` whose rows travel right behind the statement, without waiting to be asked for them: so it fits
 * among other statements that do not wait either. When the statement fails, the server passes over the rows.
 */
export class CopyIn extends Query {
  readonly #text: string;
  readonly #rows: string;

  private constructor(text: string, rows: string, callback: (error: Error | undefined) => void) {
    super({ text }, callback);
    this.#text = text;
    this.#rows = rows;
  }

  /** Resolves when the server has taken all rows. */
  static run(client: PoolClient, text: string, rows: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    client.query(new CopyIn(text, rows, (error) => (error ? reject(error) : resolve())));
    return promise;
  }

  override submit = (connection: Connection): void => {
    const { sendCopyFromChunk, endCopyFrom } = connection as CopyConnection;
    connection.stream.cork();
    connection.query(this.#text);
    sendCopyFromChunk.call(connection, Buffer.from(this.#rows));
    endCopyFrom.call(connection);
    connection.stream.uncork();
  };

  /** The server's request for what it has been sent already. */
  handleCopyInResponse(): void {}
}
