import { consumed } from './consume-telemetry.ts';
import { type ConsumerRun, consumeAlone } from './consumer.ts';
import { checkpoint, type Lease } from './lease.ts';
import type { Log } from './log.ts';
import { type BatchWriter, createBatchWriter, parseAll } from './project-batch.ts';
import { type Projection, schemaOf } from './projection.ts';
import { prepareSchema } from './projection-schema.ts';
import { oneAhead } from './together.ts';

export type ProjectionRun<Event> = ConsumerRun & {
  readonly log: Log;
  readonly projection: Projection<Event>;
  /** Events in one transaction at most. Default 1,000. */
  readonly batchMax?: number;
  /** Where to build it. Default: the schema of its name and version. */
  readonly schema?: string;
};

/**
 * Keeps a read model up to date until `signal` aborts: in one process at a time, rows and checkpoint in one
 * transaction. An event that does not parse, or whose rules fail, stops it; readiness then says why.
 */
export async function runProjection<Event>(run: ProjectionRun<Event>): Promise<void> {
  const { database, projection } = run;
  const schema = run.schema ?? schemaOf(projection);
  await consumeAlone(run, {
    name: schema,
    prepare: () => prepareSchema(database, projection, schema),
    async lead(lease, signal) {
      const writer = await createBatchWriter(database, projection, schema);
      await project(run, writer, lease, signal);
    },
  });
}

async function project<Event>(
  { log, database, projection, report, batchMax = 1_000 }: ProjectionRun<Event>,
  writer: BatchWriter<Event>,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const { prefixes } = projection;
  const over = new AbortController();
  const batches = log.follow({
    after: lease.position,
    prefixes,
    batchMax,
    signal: AbortSignal.any([signal, over.signal]),
  });
  let caughtUp = false;
  try {
    // The next batch is parsed while PostgreSQL writes the one before.
    for await (const { batch, parsed } of oneAhead(batches, (batch) => ({
      batch,
      parsed: parseAll(projection, batch.records),
    }))) {
      await consumed(lease.name, batch, () =>
        database.transaction(async (sql) => {
          if (parsed.length > 0) await writer.apply(sql, parsed);
          await checkpoint(sql, lease, batch);
        }),
      );
      if (batch.caughtUp && !caughtUp) {
        caughtUp = true;
        report({ event: 'caught-up', consumer: lease.name });
      }
    }
  } finally {
    over.abort();
  }
}
