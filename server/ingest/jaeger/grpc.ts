import type { GrpcProtocol } from '../grpc-receiver.ts';
import { refuseWhole } from '../plain-response.ts';
import { decodePostSpans } from './decode-protobuf.ts';

/** What Jaeger's agents, and Collectors with its exporter, call. */
export const JAEGER_GRPC: GrpcProtocol = {
  name: 'jaeger-grpc',
  service: 'jaeger.api_v2.CollectorService',
  method: 'PostSpans',
  format: { name: 'protobuf', decode: decodePostSpans },
  encodeReceipt: (receipt) => {
    refuseWhole(receipt);
    return Buffer.alloc(0);
  },
};
