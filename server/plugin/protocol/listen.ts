import { Server, ServerCredentials } from '@grpc/grpc-js';
import { chmodSync } from 'node:fs';
import { Fault } from '../../errors/fault.ts';
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
  const port = await bind(server, target, credentials ?? ServerCredentials.createInsecure());
  // Nobody but the user that runs Grafana may ask.
  if (target.startsWith(UNIX)) chmodSync(target.slice(UNIX.length), 0o600);
  return {
    port: target.startsWith(UNIX) ? 0 : port,
    close: (timeoutMs) => close(server, services, timeoutMs),
  };
}

function bind(server: Server, target: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (cause, port) => {
      if (cause === null) resolve(port);
      // The library tells no code, only a text.
      else {
        reject(new Fault('failed-precondition', `cannot listen on ${target}: ${cause.message}`, { cause }));
      }
    });
  });
}

async function close(server: Server, services: PluginServices, timeoutMs: number): Promise<void> {
  services.stop();
  const closed = new Promise<void>((resolve) => {
    server.tryShutdown(() => {
      resolve();
    });
  });
  const deadline = setTimeout(() => {
    server.forceShutdown();
  }, timeoutMs);
  await closed;
  clearTimeout(deadline);
}
