import type { Fault } from '../../errors/fault.ts';
import { messageField, stringField, varintField } from '../../wire/protobuf-writer.ts';
import { encodeRpcStatus, presentRpcStatus, retryDelayMs } from '../../wire/rpc-status.ts';
import type { Receipt } from '../receipt.ts';
import type { HttpResponse } from '../http-receiver.ts';

/** The two encodings of OTLP. */
export type OtlpEncoding = 'protobuf' | 'json';

const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** ExportTraceServiceResponse in the encoding of the request. */
export function respondReceipt(receipt: Receipt, encoding: OtlpEncoding): HttpResponse {
  const body =
    encoding === 'protobuf' ? encodeReceipt(receipt) : Buffer.from(JSON.stringify(presentReceipt(receipt)));
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[encoding] }, body };
}

/** google.rpc.Status in the encoding of the request, with Retry-After where trying again makes sense. */
export function respondFault(fault: Fault, encoding: OtlpEncoding): HttpResponse {
  const delayMs = retryDelayMs(fault);
  return {
    status: fault.kind.http,
    headers: {
      'content-type': CONTENT_TYPES[encoding],
      ...(delayMs === undefined ? {} : { 'retry-after': String(Math.ceil(delayMs / 1000)) }),
      ...(fault.code === 'method-not-allowed' ? { allow: 'POST' } : {}),
    },
    body:
      encoding === 'protobuf' ? encodeRpcStatus(fault) : Buffer.from(JSON.stringify(presentRpcStatus(fault))),
  };
}

/** As protobuf. Without a partial success it is empty, which is also what CnosDB's senders expect of a success. */
export function encodeReceipt(receipt: Receipt): Buffer {
  if (!isPartial(receipt)) return Buffer.alloc(0);
  return messageField(1, varintField(1, receipt.rejected), stringField(2, receipt.message));
}

function presentReceipt(receipt: Receipt): object {
  if (!isPartial(receipt)) return {};
  return { partialSuccess: { rejectedSpans: String(receipt.rejected), errorMessage: receipt.message } };
}

/** A message without a rejection is a warning: clamped times, for example. */
function isPartial(receipt: Receipt): boolean {
  return receipt.rejected > 0 || receipt.message !== '';
}
