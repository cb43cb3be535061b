import type { Sql } from '@relais/postgres/database';

/** At most so many statements at once; others wait their turn. Who needs no token cannot take every connection from those who have one. */
export function atMost(max: number, sql: Sql): Sql {
  const waiting: (() => void)[] = [];
  let free = max;
  const turn = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    async query(...args) {
      await turn();
      try {
        return await sql.query(...args);
      } finally {
        done();
      }
    },
  };
}
