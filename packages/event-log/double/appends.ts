import { setTimeout as delay } from 'node:timers/promises';
import type sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type handleUnaryCall, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { type Faults, faultOf, refusal, takeAppendFault } from './faults.ts';
import { appendAnswer, batchAnswer, identifierOf, nameOf } from './messages.ts';
import { type Expected, type Proposed, type State, softDelete, tombstone, write } from './state.ts';

/** What the handlers of one double share. */
export type Server = { readonly state: State; readonly faults: Faults; readonly cut: () => void };

type Append = { stream: string; expected: Expected; readonly events: Proposed[] };
type BatchAppend = Append & { readonly deadlineMs: number };

/** Streams.Append: all requests of the call are one append. */
export function appendHandler({ state, faults, cut }: Server): IStreamsServer['append'] {
  return async (call, answer) => {
    const requested = await requestOf(call).catch(() => undefined);
    if (requested === undefined) return;
    const fault = faultOf(faults, call.metadata);
    if (fault !== undefined) return answer(fault);
    if (faults.slowMs > 0) await delay(faults.slowMs);
    const next = takeAppendFault(faults);
    if (next === 'cut-before') return cut();
    const { stream, expected, events } = requested;
    const result = appendAnswer(write(state, stream, expected, events), stream, expected);
    if (next === 'cut-after') return cut();
    if (next === 'silent') return;
    if (result instanceof Error) answer(result);
    else answer(null, result);
  };
}

/** Undefined when the client went away in the middle. */
async function requestOf(
  call: AsyncIterable<streamsPb.AppendReq> & { readonly cancelled: boolean },
): Promise<Append | undefined> {
  const append: Append = { stream: '', expected: 'any', events: [] };
  for await (const request of call) {
    const options = request.getOptions();
    if (options !== undefined) {
      append.stream = nameOf(options.getStreamIdentifier());
      append.expected = expectedOf(options, options.hasRevision() && options.getRevision());
    }
    const message = request.getProposedMessage();
    if (message !== undefined) append.events.push(proposedOf(message));
  }
  return call.cancelled ? undefined : append;
}

/** Streams.BatchAppend: many appends on one call, each named by a correlation id. */
export function batchAppendHandler(server: Server): IStreamsServer['batchAppend'] {
  return (call) => {
    const pending = new Map<string, BatchAppend>();
    call.on('error', () => pending.clear());
    call.on('end', () => call.end());
    call.on('data', (request: streamsPb.BatchAppendReq) => {
      const fault = faultOf(server.faults, call.metadata);
      if (fault !== undefined) {
        call.emit('error', fault);
        return;
      }
      const id = request.getCorrelationId()?.getString() ?? '';
      const append = pending.get(id) ?? begun(request.getOptions());
      pending.set(id, append);
      append.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (!request.getIsFinal()) return;
      pending.delete(id);
      const answer = carriedOut(server, append);
      if (answer !== undefined) call.write(answer.setCorrelationId(request.getCorrelationId()));
    });
  };
}

function begun(options = new streamsPb.BatchAppendReq.Options()): BatchAppend {
  return {
    stream: nameOf(options.getStreamIdentifier()),
    expected: expectedOf(options, options.hasStreamPosition() && options.getStreamPosition()),
    events: [],
    deadlineMs: (options.getDeadline()?.getSeconds() ?? Number.MAX_SAFE_INTEGER) * 1000,
  };
}

function carriedOut(server: Server, append: BatchAppend): streamsPb.BatchAppendResp | undefined {
  const { state, faults, cut } = server;
  const next = takeAppendFault(faults);
  if (next === 'cut-before') {
    cut();
    return undefined;
  }
  const late = append.deadlineMs < Date.now() + faults.clockAheadMs;
  const written = late
    ? ({ result: 'timeout' } as const)
    : write(state, append.stream, append.expected, append.events);
  if (next === 'cut-after') cut();
  if (next !== undefined) return undefined;
  return batchAnswer(written).setStreamIdentifier(identifierOf(append.stream));
}

/** Streams.Delete: the events are hidden, the stream may be begun again. */
export const deleteHandler = (server: Server): IStreamsServer['delete'] =>
  removal(server, softDelete, () => new streamsPb.DeleteResp());

/** Streams.Tombstone: nothing can ever be appended again. */
export const tombstoneHandler = (server: Server): IStreamsServer['tombstone'] =>
  removal(server, tombstone, () => new streamsPb.TombstoneResp());

type Removal = {
  getOptions(): { getStreamIdentifier(): sharedPb.StreamIdentifier | undefined } | undefined;
};

function removal<Request extends Removal, Response>(
  { state, faults }: Server,
  remove: (state: State, stream: string) => void,
  done: () => Response,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, answer) => {
    const fault = faultOf(faults, call.metadata);
    if (fault !== undefined) return answer(fault);
    const stream = nameOf(call.request.getOptions()?.getStreamIdentifier());
    if (!state.streams.has(stream)) {
      return answer(refusal(status.NOT_FOUND, `Event stream '${stream}' is not found.`));
    }
    remove(state, stream);
    answer(null, done());
  };
}

function expectedOf(
  options: { hasNoStream(): boolean; hasStreamExists(): boolean },
  revision: string | false,
): Expected {
  if (revision !== false) return BigInt(revision);
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : 'any';
}

function proposedOf(
  message: streamsPb.AppendReq.ProposedMessage | streamsPb.BatchAppendReq.ProposedMessage,
): Proposed {
  const properties = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: properties.get('type') ?? '',
    contentType: properties.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
