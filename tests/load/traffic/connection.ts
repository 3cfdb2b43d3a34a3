import type { Transport } from './protocols.ts';
import { openGrpcConnection } from './grpc-connection.ts';
import { openHttpConnection } from './http-connection.ts';
import { openUdpConnection } from './udp-connection.ts';

/** What became of a request: acknowledged, or told to come back. */
export type Outcome = 'taken' | 'come-back';

/** One of a sender's connections, which sends one request at a time. */
export interface Connection {
  /** Rejects for every answer that is neither outcome. No tenant leaves it to the server. */
  readonly send: (body: Buffer, tenant: string | undefined) => Promise<Outcome>;
  readonly close: () => void;
}

/** `address` is `host:port`. */
export function openConnection(transport: Transport, address: string): Connection {
  switch (transport.kind) {
    case 'http':
      return openHttpConnection(`http://${address}${transport.path}`, transport.contentType);
    case 'grpc':
      return openGrpcConnection(address, transport.path);
    case 'udp':
      return openUdpConnection(address);
  }
}
