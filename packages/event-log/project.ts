import { consumed } from './consume-telemetry.ts';
import { type ConsumerRun, consumeAlone } from './consumer.ts';
import { checkpoint, type Lease } from './lease.ts';
import type { Log } from './log.ts';
import { type BatchWriter, createBatchWriter } from './project-batch.ts';
import { type Projection, schemaOf } from './projection.ts';
import { prepareSchema } from './projection-schema.ts';

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
  writer: BatchWriter,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const { prefixes } = projection;
  let caughtUp = false;
  for await (const batch of log.follow({ after: lease.position, prefixes, batchMax, signal })) {
    await consumed(lease.name, batch, () =>
      database.transaction(async (sql) => {
        if (batch.records.length > 0) await writer.apply(sql, batch.records);
        await checkpoint(sql, lease, batch);
      }),
    );
    if (batch.caughtUp && !caughtUp) {
      caughtUp = true;
      report({ event: 'caught-up', consumer: lease.name });
    }
  }
}
