import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { chmodSync } from 'node:fs';
import { bindGrpc, closeGrpc } from '../../platform/grpc-server.ts';
import type { PluginServices } from './services.ts';

export interface PluginListener {
  /** The real one, also when 0 was asked for; 0 for a socket in the file system. */
  readonly port: number;
  /** Answers what is in flight; what still goes on after `timeoutMs` is cut off. */
  close(timeoutMs: number): Promise<void>;
}

export interface ListenOptions {
  /** `host:port`, or `unix:` and a path. */
  readonly target: string;
  readonly services: PluginServices;
  readonly credentials?: ServerCredentials;
}

/** Queries are small; what a resource gets as a body may be larger. As Grafana's own plugins have it. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const UNIX = 'unix:';

export async function listenPlugin({
  target,
  services,
  credentials,
}: ListenOptions): Promise<PluginListener> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
    // The host takes messages of any size, and a large trace is one message.
    'grpc.max_send_message_length': -1,
  });
  for (const { definition, methods } of services.services) server.addService(definition, { ...methods });
  const port = await bindGrpc(server, target, credentials);
  // Nobody but the user that runs Grafana may ask.
  if (target.startsWith(UNIX)) chmodSync(target.slice(UNIX.length), 0o600);
  return {
    port: target.startsWith(UNIX) ? 0 : port,
    close: (timeoutMs) => {
      services.stop();
      return closeGrpc(server, timeoutMs);
    },
  };
}
