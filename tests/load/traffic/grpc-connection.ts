import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { Connection } from './connection.ts';

const COME_BACK: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]);

/** A connection of its own that makes one unary call after the other; messages are bytes that were encoded before. */
export function openGrpcConnection(address: string, path: string): Connection {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_send_message_length': -1,
  });
  const same = (message: Buffer): Buffer => message;
  return {
    send: (body, tenant) =>
      new Promise((resolve, reject) => {
        const metadata = new Metadata();
        if (tenant !== undefined) metadata.set('tenant', tenant);
        client.makeUnaryRequest(path, same, same, body, metadata, (error: ServiceError | null) => {
          if (error === null) resolve('taken');
          else if (COME_BACK.has(error.code)) resolve('come-back');
          else reject(new Error(`a call failed with ${error.message}`));
        });
      }),
    close: () => {
      client.close();
    },
  };
}
