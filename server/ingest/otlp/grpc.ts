import type { GrpcProtocol } from '../grpc-receiver.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { encodeReceipt } from './respond.ts';

export const OTLP_GRPC: GrpcProtocol = {
  name: 'otlp-grpc',
  service: 'opentelemetry.proto.collector.trace.v1.TraceService',
  method: 'Export',
  format: { name: 'protobuf', decode: decodeProtobuf },
  encodeReceipt,
};
