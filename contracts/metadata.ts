import { z } from 'zod';

/**
 * Who did it, for whom, when, and because of what: what an auditor reads first. The same for every event.
 * `actor` is a client id or `system:<reaction>`; `occurredAt` is when it happened in the world and may lie
 * before `recordedAt`, which the log adds. Trace context follows W3C Trace Context.
 */
export const Metadata = z.object({
  actor: z.string().min(1).max(200),
  association: z.uuid().nullable(),
  purpose: z.string().max(100).optional(),
  correlationId: z.uuid(),
  causationId: z.uuid(),
  commandId: z.uuid(),
  occurredAt: z.iso.datetime(),
  schemaVersion: z.number().int().min(1),
  traceparent: z.string().max(55).optional(),
  tracestate: z.string().max(512).optional(),
});
export type Metadata = z.infer<typeof Metadata>;
