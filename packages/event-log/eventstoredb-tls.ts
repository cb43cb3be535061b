import { isIP } from 'node:net';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';

/** What grpc-js 1.14 keeps to itself and has to be changed here. */
type Inside = {
  _createSecureConnector: (...parameters: unknown[]) => {
    connectionOptions?: { host?: string; servername?: string };
  };
};

/**
 * Runs `make`; the TLS credentials that it creates can also reach a node by its IP address, as the gossip of a
 * cluster may name it. grpc-js 1.14 asks for the address as TLS server name, which RFC 6066 §3 forbids and
 * Node.js 26 refuses. Without that name the certificate is checked against the address itself.
 */
export function withAddresses<T>(make: () => T): T {
  const { createSsl } = credentials;
  credentials.createSsl = (...parameters) => addressable(createSsl(...parameters));
  try {
    return make();
  } finally {
    credentials.createSsl = createSsl;
  }
}

function addressable(made: ChannelCredentials): ChannelCredentials {
  const inside = made as unknown as Inside;
  const create = inside._createSecureConnector.bind(made);
  inside._createSecureConnector = (...parameters) => {
    const connector = create(...parameters);
    const { connectionOptions } = connector;
    if (connectionOptions === undefined) throw new Error('@grpc/grpc-js is not 1.14');
    if (isIP(connectionOptions.host ?? '') !== 0) delete connectionOptions.servername;
    return connector;
  };
  return made;
}
