import { createRequire } from 'node:module';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type ServiceError, status } from '@grpc/grpc-js';
import { refusal } from './faults.ts';
import { appendBytesMax, type Expected, type StoredEvent, type Written } from './state.ts';

// Protocol buffers of Google come with the client; this package does not depend on them itself.
const requireOfClient = createRequire(import.meta.resolve('@eventstore/db-client'));
type Any = NonNullable<ReturnType<statusPb.Status['getDetails']>>;
const { Any: AnyMessage }: { Any: new () => Any } = requireOfClient(
  'google-protobuf/google/protobuf/any_pb.js',
);

const ticksPerMs = 10_000n;

/** A stored event as a read gives it. */
export function eventMessage(event: StoredEvent): streamsPb.ReadResp {
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidOf(event.id))
    .setStreamIdentifier(identifierOf(event.stream))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  const properties = recorded.getMetadataMap();
  properties.set('type', event.type);
  properties.set('content-type', event.contentType);
  properties.set('created', String(BigInt(event.createdMs) * ticksPerMs));
  const read = new streamsPb.ReadResp.ReadEvent()
    .setEvent(recorded)
    .setCommitPosition(String(event.position));
  return new streamsPb.ReadResp().setEvent(read);
}

export function notFoundMessage(stream: string): streamsPb.ReadResp {
  const notFound = new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(
    identifierOf(stream),
  );
  return new streamsPb.ReadResp().setStreamNotFound(notFound);
}

export const deletedError = (stream: string): ServiceError =>
  refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

const revisionOf = (expected: Expected): string =>
  ({ no_stream: '-1', any: '-2', stream_exists: '-4' })[String(expected)] ?? String(expected);

/** The answer of the unary append: a refusal is an error with trailers. */
export function appendAnswer(
  written: Written,
  stream: string,
  expected: Expected,
): streamsPb.AppendResp | ServiceError {
  switch (written.result) {
    case 'written': {
      const position = new streamsPb.AppendResp.Position()
        .setCommitPosition(String(written.position))
        .setPreparePosition(String(written.position));
      const success = new streamsPb.AppendResp.Success()
        .setCurrentRevision(String(written.revision))
        .setPosition(position);
      return new streamsPb.AppendResp().setSuccess(success);
    }
    case 'wrong-expected-version':
      return refusal(status.FAILED_PRECONDITION, 'Append failed due to WrongExpectedVersion.', {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': revisionOf(expected),
        'actual-version': written.actual === undefined ? '' : String(written.actual),
      });
    case 'stream-deleted':
      return deletedError(stream);
    case 'too-large':
      return refusal(status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(appendBytesMax),
      });
  }
}

/** The answer to one append of a batch stream: a refusal is a message. */
export function batchAnswer(
  written: Written | { readonly result: 'timeout' },
): streamsPb.BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp();
  if (written.result === 'written') {
    const position = new sharedPb.AllStreamPosition()
      .setCommitPosition(String(written.position))
      .setPreparePosition(String(written.position));
    const success = new streamsPb.BatchAppendResp.Success()
      .setCurrentRevision(String(written.revision))
      .setPosition(position);
    return answer.setSuccess(success);
  }
  const details = new AnyMessage();
  const [name, message] = batchRefusal(written);
  details.pack(message.serializeBinary(), `event_store.client.${name}`);
  const error = new statusPb.Status().setMessage(written.result);
  return answer.setError(error.setDetails(details));
}

function batchRefusal(written: Exclude<Parameters<typeof batchAnswer>[0], { result: 'written' }>) {
  switch (written.result) {
    case 'wrong-expected-version': {
      const message = new sharedPb.WrongExpectedVersion();
      if (written.actual !== undefined) message.setCurrentStreamRevision(String(written.actual));
      return ['WrongExpectedVersion', message] as const;
    }
    case 'stream-deleted':
      return ['StreamDeleted', new sharedPb.StreamDeleted()] as const;
    case 'too-large': {
      const message = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(appendBytesMax);
      return ['MaximumAppendSizeExceeded', message] as const;
    }
    case 'timeout':
      return ['Timeout', new sharedPb.Timeout()] as const;
  }
}

const uuidOf = (id: string): sharedPb.UUID => new sharedPb.UUID().setString(id);

export const identifierOf = (stream: string): sharedPb.StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream));

export const nameOf = (identifier: sharedPb.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
