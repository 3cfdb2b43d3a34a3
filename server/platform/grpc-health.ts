import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { Fault } from '../errors/fault.ts';
import { stringField, varintField } from '../wire/protobuf-writer.ts';
import { bytesMethod, type GrpcService } from './grpc-service.ts';
import { presentStatus } from './grpc-status.ts';

/** HealthCheckResponse.ServingStatus. */
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

type Watcher = ServerWritableStream<Buffer, Buffer>;

export interface GrpcHealth {
  readonly service: GrpcService;
  /** Tells every watcher that nothing is served any more, and lets go of them. */
  stop(): void;
}

/** The standard grpc.health.v1.Health for `services`, and for '' as the whole server. */
export function createGrpcHealth(services: readonly string[]): GrpcHealth {
  const requests = new Map(['', ...services].map((name) => [stringField(1, name).toString('hex'), name]));
  const watchers = new Set<Watcher>();
  let status = SERVING;

  const check = (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
    if (isKnown(call.request)) respond(null, varintField(1, status));
    else respond(presentStatus(new Fault('not-found', 'no service of that name is here')));
  };
  const watch = (call: Watcher): void => {
    watchers.add(call);
    call.on('cancelled', () => watchers.delete(call));
    call.write(varintField(1, isKnown(call.request) ? status : SERVICE_UNKNOWN));
  };
  /** A request is its one field, so its bytes are compared and not decoded. */
  const isKnown = (request: Buffer): boolean => requests.has(request.toString('hex'));

  return {
    service: {
      name: 'grpc.health.v1.Health',
      methods: {
        Check: { ...bytesMethod('/grpc.health.v1.Health/Check'), handle: check },
        Watch: { ...bytesMethod('/grpc.health.v1.Health/Watch'), responseStream: true, handle: watch },
      },
    },
    stop() {
      status = NOT_SERVING;
      for (const watcher of watchers) {
        watcher.write(varintField(1, status));
        watcher.end();
      }
      watchers.clear();
    },
  };
}
