import { limitWaiting } from '../../../platform/grpc-message-timeout.ts';
import { createGrpcServer, type GrpcServer } from '../../../platform/grpc-server.ts';
import type { JaegerOptions } from '../options.ts';
import { createApiV2 } from './api-v2.ts';
import { createApiV3 } from './api-v3.ts';
import { createReflection } from './reflection.ts';
import { createStorageV2 } from './storage-v2.ts';

/** Of a request; a query is small, unless it asks for very many traces by their ids. */
const MAX_REQUEST_BYTES = 4 << 20;

export interface JaegerGrpcOptions extends JaegerOptions {
  /** How long a client may take to send a request. */
  readonly bodyTimeoutMs: number;
}

/** Jaeger's query services, and storage for a Jaeger before us, with health and reflection beside them. */
export function createJaegerGrpcServer(options: JaegerGrpcOptions): GrpcServer {
  return createGrpcServer({
    services: [
      createApiV2(options),
      ...createApiV3(options),
      ...createStorageV2(options),
      ...createReflection(),
    ],
    interceptors: [limitWaiting(options.bodyTimeoutMs)],
    maxMessageBytes: MAX_REQUEST_BYTES,
  });
}
