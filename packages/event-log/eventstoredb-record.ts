import type { JSONEventData, RecordedEvent } from '@eventstore/db-client';
import { type NewEvent, type Recorded, UnreadableEvent } from './log.ts';

/** Metadata as the server keeps it: ours, our id, and the two names that its own tools follow. */
type Envelope = NewEvent['metadata'] & {
  readonly eventId: string;
  readonly $correlationId: string;
  readonly $causationId: string;
  /** Of a copied event: when the original was recorded (copy.ts). */
  readonly recordedAt?: string;
};

/**
 * An event as the server takes it. Its id there is `serverId`, one per call of `append`: the server answers
 * success when ids are in the stream already, whatever their content, so that a call could not tell its own
 * success from another's. Ours goes with the metadata.
 */
export function toServer(event: NewEvent, serverId: string): JSONEventData {
  const { metadata } = event;
  const envelope: Envelope = {
    ...metadata,
    eventId: event.id,
    $correlationId: metadata.correlationId,
    $causationId: metadata.causationId,
  };
  const data = event.data as JSONEventData['data'];
  return {
    id: serverId,
    contentType: 'application/json',
    type: event.type,
    data,
    metadata: envelope,
  };
}

/** An event as the log gives it; whatever another program wrote comes as it is, for the contracts to refuse. */
export function fromServer(event: RecordedEvent): Recorded {
  const { eventId, $correlationId, $causationId, recordedAt, ...metadata } = (event.metadata ??
    {}) as unknown as Partial<Envelope>;
  return {
    id: eventId ?? event.id,
    type: event.type,
    data: event.data,
    metadata: metadata as Recorded['metadata'],
    stream: event.streamId,
    revision: event.revision,
    position: positionOf(event),
    recordedAt: recordedAt ?? event.created.toISOString(),
  };
}

function positionOf(event: RecordedEvent): bigint {
  const { position } = event;
  // Events of one explicit transaction (written by old clients only) share a commit position: a cursor of one
  // number would skip some of them.
  if (position === undefined || position.commit !== position.prepare) {
    throw new UnreadableEvent(`event ${event.id} has no position of its own in the log`);
  }
  return position.commit;
}

/** The server's own events, and those of its projections. */
export const isSystem = (event: RecordedEvent): boolean =>
  event.streamId.startsWith('$') || event.type.startsWith('$');
