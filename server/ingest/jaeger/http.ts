import { parseContentType, type Types } from '../content-type.ts';
import type { Format } from '../edge.ts';
import type { HttpProtocol } from '../http-receiver.ts';
import { respondPlainFault, respondPlainReceipt } from '../plain-response.ts';
import { decodeThriftBinary, decodeThriftCompact, decodeThriftJson } from './decode-thrift.ts';

const BINARY: Format = { name: 'binary', decode: decodeThriftBinary };
const COMPACT: Format = { name: 'compact', decode: decodeThriftCompact };
const JSON_FORMAT: Format = { name: 'json', decode: decodeThriftJson };

const FORMATS: Types<Format> = new Map([
  ['application/x-thrift', BINARY],
  ['application/vnd.apache.thrift.binary', BINARY],
  ['application/vnd.apache.thrift.compact', COMPACT],
  ['application/vnd.apache.thrift.json', JSON_FORMAT],
  ['application/json', JSON_FORMAT],
]);

/** A Batch of Thrift, as Jaeger's clients post it to a collector. */
export const JAEGER_HTTP: HttpProtocol = {
  name: 'jaeger-http',
  formatOf: ({ headers }) => parseContentType(headers['content-type'], FORMATS),
  respondReceipt: respondPlainReceipt,
  respondFault: respondPlainFault,
};
