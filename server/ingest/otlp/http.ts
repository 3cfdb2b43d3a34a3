import { parseContentType, typeOfAnswer, type Types } from '../content-type.ts';
import type { HttpProtocol } from '../http-receiver.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { type OtlpEncoding, respondFault, respondReceipt } from './respond.ts';

const ENCODINGS: Types<OtlpEncoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json'],
]);
const DECODERS = { protobuf: decodeProtobuf, json: decodeJson };

/** OTLP/HTTP: a request is answered in its own encoding. */
export const OTLP_HTTP: HttpProtocol = {
  name: 'otlp-http',
  formatOf: ({ headers }) => {
    const name = parseContentType(headers['content-type'], ENCODINGS);
    return { name, decode: DECODERS[name] };
  },
  respondReceipt: (receipt, request) => respondReceipt(receipt, encodingOf(request.headers['content-type'])),
  respondFault: (fault, request) => respondFault(fault, encodingOf(request.headers['content-type'])),
};

function encodingOf(contentType: string | undefined): OtlpEncoding {
  return typeOfAnswer(contentType, ENCODINGS) ?? 'json';
}
