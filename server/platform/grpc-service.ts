import type { MethodDefinition, UntypedHandleCall } from '@grpc/grpc-js';

export interface GrpcMethod extends MethodDefinition<Buffer, Buffer> {
  readonly handle: UntypedHandleCall;
}

/** A service whose messages stay bytes: whoever handles them knows how to read them. */
export interface GrpcService {
  /** With its package, as health checks name it. */
  readonly name: string;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}

/** A unary method that takes and gives messages as they are on the wire. */
export function bytesMethod(path: string): MethodDefinition<Buffer, Buffer> {
  const same = (message: Buffer): Buffer => message;
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}
