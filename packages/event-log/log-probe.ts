import { randomUUID } from 'node:crypto';
import type { Appended, Batch, FollowOptions, Log, NewEvent, Recorded } from './log.ts';

/** How long a test waits for what must happen. */
export const deadlineMs = 30_000;

/** An event of no meaning, with a fresh id, for tests and benches. */
export function probeEvent(data: unknown = { n: 1 }, over: Partial<NewEvent> = {}): NewEvent {
  const commandId = randomUUID();
  return {
    id: randomUUID(),
    type: 'probed.v1',
    data,
    metadata: {
      actor: 'client-probe',
      association: null,
      correlationId: commandId,
      causationId: commandId,
      commandId,
      occurredAt: '2026-03-01T08:00:00.000Z',
      schemaVersion: 1,
    },
    ...over,
  };
}

/** A stream nobody else writes to; `category` sets it apart for prefixes. */
export const probeStream = (category = 'probe'): string => `${category}-${randomUUID()}`;

/** A category nobody else uses. */
export const probeCategory = (): string => `probe${randomUUID().slice(0, 8)}`;

/** Appends that must succeed. */
export async function mustAppend(
  log: Log,
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | 'none',
): Promise<Extract<Appended, { appended: true }>> {
  const result = await log.append(stream, events, { expected });
  if (!result.appended)
    throw new Error(`expected ${expected}, but ${stream} is at ${result.actual}`);
  return result;
}

/** A stream read to its end. */
export async function readAll(
  log: Log,
  stream: string,
  options: Parameters<Log['read']>[1] = {},
): Promise<Recorded[]> {
  const records: Recorded[] = [];
  for await (const record of log.read(stream, options)) records.push(record);
  return records;
}

/** Follows until `enough` says so; throws when that takes longer than `deadlineMs`. */
export async function followUntil(
  log: Log,
  options: Omit<FollowOptions, 'signal'>,
  enough: (records: readonly Recorded[], batch: Batch) => boolean,
): Promise<{ records: Recorded[]; batches: Batch[] }> {
  const signal = AbortSignal.timeout(deadlineMs);
  const records: Recorded[] = [];
  const batches: Batch[] = [];
  for await (const batch of log.follow({ ...options, signal })) {
    batches.push(batch);
    records.push(...batch.records);
    if (enough(records, batch)) return { records, batches };
  }
  throw new Error(`followed for ${deadlineMs} ms and got ${records.length} records only`);
}
