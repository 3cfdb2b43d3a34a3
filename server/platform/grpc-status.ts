import { Metadata } from '@grpc/grpc-js';
import { Fault } from '../errors/fault.ts';
import { encodeRpcStatus } from '../wire/rpc-status.ts';

/** Headers are limited to 8 KiB by many clients, and the message travels in two of them. */
const MAX_MESSAGE_CHARACTERS = 1000;

export interface PresentedStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** A Fault as gRPC tells it; the details hold google.rpc.Status, with RetryInfo where trying again makes sense. */
export function presentStatus(fault: Fault): PresentedStatus {
  const shown = new Fault(fault.code, headerText(fault.message), {
    ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
  });
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeRpcStatus(shown));
  return { code: fault.kind.grpc, details: shown.message, metadata };
}

/** Halves of surrogate pairs, which a cut may leave and senders may send, cannot be percent-encoded. */
function headerText(message: string): string {
  return Buffer.from(message.slice(0, MAX_MESSAGE_CHARACTERS)).toString();
}
