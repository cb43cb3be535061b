import type { Database } from '@relais/postgres/database';
import type { CopyTarget } from './copy.ts';
import { openPostgresLog } from './postgres-store.ts';

/**
 * Writes copies into the PostgreSQL log: each call is one transaction, and events keep their time of recording.
 * It has `eventLogMigrations` behind it.
 */
export function copyIntoPostgres(database: Database): CopyTarget {
  return {
    log: openPostgresLog(database),
    async write(records) {
      await database.transaction(async (sql) => {
        const { rows } = await sql.query<{ position: bigint }>(
          'select position from event_log.head for update',
        );
        const before = rows[0]?.position ?? 0n;
        await sql.query(
          `insert into event_log.event
             (position, stream, revision, id, type, data, metadata, recorded_at)
           select $1 + n, stream, revision, id, type, data, metadata, recorded_at
           from unnest($2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[],
             $8::timestamptz[])
             with ordinality as v (stream, revision, id, type, data, metadata, recorded_at, n)`,
          [
            before,
            records.map((record) => record.stream),
            records.map((record) => record.revision),
            records.map((record) => record.id),
            records.map((record) => record.type),
            records.map((record) => JSON.stringify(record.data)),
            records.map((record) => JSON.stringify(record.metadata)),
            records.map((record) => record.recordedAt),
          ],
        );
        const last = records.at(-1)?.recordedAt;
        await sql.query(
          `update event_log.head set position = $1, recorded_at = greatest(recorded_at, $2)`,
          [before + BigInt(records.length), last],
        );
        await sql.query("select pg_notify('event_log', '')");
      });
    },
  };
}
