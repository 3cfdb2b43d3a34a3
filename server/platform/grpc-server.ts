import { Server, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { Fault } from '../errors/fault.ts';
import { createGrpcHealth } from './grpc-health.ts';
import type { GrpcService } from './grpc-service.ts';
import { type ListenAddress, type Listener, presentAddress } from './listener.ts';

export interface GrpcServerOptions {
  readonly services: readonly GrpcService[];
  readonly interceptors?: readonly ServerInterceptor[];
  /** Of one message, packed and unpacked. */
  readonly maxMessageBytes: number;
}

/** A gRPC server that is not listening yet; it listens once. */
export interface GrpcServer {
  listen(address: ListenAddress): Promise<Listener>;
}

/** A peer that vanished without a word is found out within one and a half minutes. */
const KEEPALIVE_TIME_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
const MAX_CONCURRENT_STREAMS = 100;

/** The services, and the standard health service for them. Other methods are answered with UNIMPLEMENTED. */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const server = new Server({
    'grpc.max_receive_message_length': options.maxMessageBytes,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_STREAMS,
    'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    interceptors: [...(options.interceptors ?? [])],
  });
  const health = createGrpcHealth(options.services.map(({ name }) => name));
  for (const { methods } of [...options.services, health.service]) {
    const handlers = Object.entries(methods).map(([name, { handle }]) => [name, handle] as const);
    server.addService(methods, Object.fromEntries(handlers));
  }
  return {
    async listen(address) {
      const port = await bindGrpc(server, presentAddress(address));
      const close = (timeoutMs: number): Promise<void> => {
        // Watchers of health never end by themselves, so they are let go first.
        health.stop();
        return closeGrpc(server, timeoutMs);
      };
      return { host: address.host, port, close };
    },
  };
}

/** Resolves with the port; throws a Fault where it cannot listen. */
export function bindGrpc(
  server: Server,
  target: string,
  credentials = ServerCredentials.createInsecure(),
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (cause, port) => {
      if (cause === null) resolve(port);
      // The library tells no code, only a text.
      else
        reject(new Fault('failed-precondition', `cannot listen on ${target}: ${cause.message}`, { cause }));
    });
  });
}

/** Lets calls end by themselves for as long as this, and then ends them. */
export async function closeGrpc(server: Server, timeoutMs: number): Promise<void> {
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
