import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';

/** Rows for requests: what is still being built would look as if much had never been. Throws `not-ready` until it is. */
export const onceLive = (rows: Sql, isLive: () => boolean): Sql => ({
  async query(...args) {
    if (!isLive()) throw new HttpProblem('not-ready');
    return rows.query(...args);
  },
});
