import { checkpoint, passBy } from './checkpoint.ts';
import { consumed } from './consume-telemetry.ts';
import { type ConsumerRun, consumeAlone } from './consumer.ts';
import type { Lease } from './lease.ts';
import type { Batch, Log } from './log.ts';
import { createFolder, type Folder } from './project-batch.ts';
import type { Statement } from './project-rows.ts';
import { type Projection, schemaOf } from './projection.ts';
import { makeIndexes, prepareSchema } from './projection-schema.ts';

export type ProjectionRun<Event> = ConsumerRun & {
  readonly log: Log;
  readonly projection: Projection<Event>;
  /** Events in one transaction at most. Default 500: fewer cost more each, more are not faster and take memory. */
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
      const folder = await createFolder(database, projection, schema);
      await project(run, folder, lease, signal);
    },
  });
}

/** Folds a batch while the one before is being written: neither Node nor PostgreSQL waits for the other. */
async function project<Event>(
  run: ProjectionRun<Event>,
  folder: Folder,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const { log, database, projection, batchMax = 500 } = run;
  const { rows } = await database.query<{ built: boolean }>(
    'select built from event_log.consumer where name = $1',
    [lease.name],
  );
  const over = new AbortController();
  const batches = log.follow({
    after: lease.position,
    prefixes: projection.prefixes,
    batchMax,
    signal: AbortSignal.any([signal, over.signal]),
  });
  const commit = committing(run, lease, rows[0]?.built === true);
  let committed = Promise.resolve();
  try {
    for await (const batch of batches) {
      const statements = await folder.fold(database, batch.records);
      await committed;
      const sent = Promise.withResolvers<void>();
      committed = commit(batch, statements, sent.resolve);
      // Heard of at the next batch, or at the end that this brings.
      committed.catch(() => over.abort()).finally(sent.resolve);
      // PostgreSQL has its work before this process begins to fold the next batch, and deaf to it meanwhile.
      await sent.promise;
    }
  } finally {
    over.abort();
    await committed;
  }
}

/** Writes what batches change, and how far they go; with the batch that ends the first building, what readers need. */
function committing<Event>(
  { database, projection, report }: ProjectionRun<Event>,
  lease: Lease,
  wasBuilt: boolean,
) {
  let [isBuilt, caughtUp] = [wasBuilt, false];
  return async (
    batch: Batch,
    statements: readonly Statement[],
    sent: () => void,
  ): Promise<void> => {
    const completes = batch.caughtUp && !isBuilt;
    await consumed(lease.name, batch, async () => {
      if (statements.length === 0 && !completes) return await passBy(database, lease, batch);
      await database.transaction(async (sql) => {
        const answers = statements.map((send) => send(sql));
        if (completes) {
          await Promise.all(answers);
          await makeIndexes(sql, projection, lease.name);
        }
        answers.push(checkpoint(sql, lease, batch));
        sent();
        await Promise.all(answers);
      });
    });
    isBuilt ||= completes;
    if (batch.caughtUp && !caughtUp) {
      caughtUp = true;
      report({ event: 'caught-up', consumer: lease.name });
    }
  };
}
