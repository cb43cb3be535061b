import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The double's public port: connections to it can be refused and cut without the server's doing. */
export type Relay = {
  readonly port: number;
  /** Cuts every connection at once. */
  cut(): void;
  /** Cuts, and refuses new connections until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
};

/** Relays a free port of 127.0.0.1 to `target`. */
export async function openRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  let port = 0;
  let server: Server | undefined;
  const listen = async () => {
    if (server !== undefined) return;
    server = createServer((inbound) => {
      const outbound = connect(target, '127.0.0.1');
      track(inbound);
      track(outbound);
      inbound.pipe(outbound).pipe(inbound);
      inbound.on('close', () => outbound.destroy());
      outbound.on('close', () => inbound.destroy());
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await listen();
  return {
    port,
    cut,
    listen,
    refuse: async () => {
      if (server === undefined) return;
      const closed = once(server, 'close');
      server.close();
      server = undefined;
      cut();
      await closed;
    },
  };
}
