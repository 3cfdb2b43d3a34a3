import { parseContentType, type Types } from '../content-type.ts';
import type { Format } from '../edge.ts';
import type { HttpProtocol } from '../http-receiver.ts';
import { respondPlainFault, respondPlainReceipt } from '../plain-response.ts';
import { decodeJsonV1 } from './decode-json-v1.ts';
import { decodeJsonV2 } from './decode-json-v2.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { decodeThriftV1 } from './decode-thrift-v1.ts';

const JSON_V2: Format = { name: 'json', decode: decodeJsonV2 };
const PROTOBUF: Format = { name: 'protobuf', decode: decodeProtobuf };
const JSON_V1: Format = { name: 'json', decode: decodeJsonV1 };
const THRIFT_V1: Format = { name: 'thrift', decode: decodeThriftV1 };

/** Zipkin's senders of the second generation. */
export const ZIPKIN_V2: HttpProtocol = zipkin(
  'zipkin-v2',
  new Map([
    ['application/json', JSON_V2],
    ['application/x-protobuf', PROTOBUF],
    ['application/protobuf', PROTOBUF],
  ]),
);

/** And of the first. */
export const ZIPKIN_V1: HttpProtocol = zipkin(
  'zipkin-v1',
  new Map([
    ['application/json', JSON_V1],
    ['application/x-thrift', THRIFT_V1],
  ]),
);

function zipkin(name: string, formats: Types<Format>): HttpProtocol {
  return {
    name,
    // Zipkin's own server takes what has no type for JSON.
    formatOf: ({ headers }) => parseContentType(headers['content-type'] ?? 'application/json', formats),
    respondReceipt: respondPlainReceipt,
    respondFault: respondPlainFault,
  };
}
