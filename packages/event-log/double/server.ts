import {
  GossipService,
  type IGossipServer,
} from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import {
  type IServerFeaturesServer,
  ServerFeaturesService,
} from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import serverFeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import {
  type IStreamsServer,
  StreamsService,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import {
  appendHandler,
  batchAppendHandler,
  deleteHandler,
  type Server,
  tombstoneHandler,
} from './appends.ts';
import { type Faults, faultOf, noFaults } from './faults.ts';
import { readHandler } from './reads.ts';
import { openRelay } from './relay.ts';
import { emptyState, type State } from './state.ts';

/** A node as the gossip of a cluster names it. */
export type Member = { readonly host: string; readonly port: number; readonly leads: boolean };

/** An EventStoreDB server in this process, for tests: the facts of a 22.10, with faults to switch on. */
export type Double = {
  readonly port: number;
  /** Connection string of this node alone. */
  readonly url: string;
  readonly state: State;
  readonly faults: Faults;
  /** What gossip answers; this node as the leader unless changed. */
  members: readonly Member[];
  /** Cuts all connections. */
  cut(): void;
  /** Cuts them, and refuses new ones until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  close(): Promise<void>;
};

export type DoubleOptions = {
  /** What an earlier double left: this one is the same server after a restart. */
  readonly state?: State;
  /** Key and certificate, PEM; without them the server speaks in clear. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
};

/** Starts a double on a free port of 127.0.0.1. */
export async function startDouble(options: DoubleOptions = {}): Promise<Double> {
  const faults = noFaults();
  const state = options.state ?? emptyState();
  const grpc = new GrpcServer();
  const shared: Server = { state, faults, cut: () => relay.cut() };
  grpc.addService(StreamsService, streams(shared));
  grpc.addService(ServerFeaturesService, features(faults));
  grpc.addService(
    GossipService,
    gossip(faults, () => double.members),
  );
  const inner = await bound(grpc, options.tls);
  const relay = await openRelay(inner);
  const { port, refuse, listen, cut } = relay;
  const double: Double = {
    port,
    url: `esdb://127.0.0.1:${port}?tls=${options.tls !== undefined}`,
    state,
    faults,
    members: [{ host: '127.0.0.1', port, leads: true }],
    cut,
    refuse,
    listen,
    close: async () => {
      await refuse();
      grpc.forceShutdown();
    },
  };
  return double;
}

const bound = (grpc: GrpcServer, tls: DoubleOptions['tls']): Promise<number> =>
  new Promise((resolve, reject) => {
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { private_key: tls.key, cert_chain: tls.certificate },
          ]);
    grpc.bindAsync('127.0.0.1:0', credentials, (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });

const streams = (server: Server): IStreamsServer => ({
  read: readHandler(server),
  append: appendHandler(server),
  batchAppend: batchAppendHandler(server),
  delete: deleteHandler(server),
  tombstone: tombstoneHandler(server),
});

const features = (faults: Faults): IServerFeaturesServer => ({
  getSupportedMethods: (call, answer) => {
    const fault = faultOf(faults, call.metadata);
    if (fault !== undefined) return answer(fault);
    const methods = ['read', 'append', 'batchappend', 'delete', 'tombstone'].map((name) =>
      new serverFeaturesPb.SupportedMethod()
        .setServiceName('event_store.client.streams.streams')
        .setMethodName(name),
    );
    const supported = new serverFeaturesPb.SupportedMethods().setMethodsList(methods);
    answer(null, supported.setEventStoreServerVersion('22.10.0'));
  },
});

const gossip = (faults: Faults, members: () => readonly Member[]): IGossipServer => ({
  read: (call, answer) => {
    const fault = faultOf(faults, call.metadata);
    if (fault !== undefined) return answer(fault);
    const { LEADER, FOLLOWER } = gossipPb.MemberInfo.VNodeState;
    const infos = members().map(({ host, port, leads }) =>
      new gossipPb.MemberInfo()
        .setInstanceId(new sharedPb.UUID().setString(crypto.randomUUID()))
        .setTimeStamp(String(Date.now()))
        .setState(leads ? LEADER : FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new gossipPb.EndPoint().setAddress(host).setPort(port)),
    );
    answer(null, new gossipPb.ClusterInfo().setMembersList(infos));
  },
});
