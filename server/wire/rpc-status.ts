import type { Fault } from '../errors/fault.ts';
import { messageField, stringField, varintField } from './protobuf-writer.ts';

/** Senders wait at least this long before they try again, also when nobody said how long. */
const MIN_RETRY_DELAY_MS = 1000;

const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

/** When to try again; undefined if the same request will not do better later, or nobody is there to try. */
export function retryDelayMs(fault: Fault): number | undefined {
  if (!fault.kind.retryable || fault.code === 'cancelled') return undefined;
  return Math.max(MIN_RETRY_DELAY_MS, Math.ceil(fault.retryAfterMs ?? 0));
}

/** google.rpc.Status as protobuf; retryable faults carry a RetryInfo. */
export function encodeRpcStatus(fault: Fault): Buffer {
  const delayMs = retryDelayMs(fault);
  const details = delayMs === undefined ? [] : [messageField(3, ...retryInfoAny(delayMs))];
  return Buffer.concat([varintField(1, fault.kind.grpc), stringField(2, fault.message), ...details]);
}

/** The same as JSON, in protobuf's spelling of it. */
export function presentRpcStatus(fault: Fault): object {
  const delayMs = retryDelayMs(fault);
  const details =
    delayMs === undefined ? [] : [{ '@type': RETRY_INFO_TYPE, retryDelay: `${delayMs / 1000}s` }];
  return { code: fault.kind.grpc, message: fault.message, details };
}

/** The fields of an Any that holds RetryInfo { retry_delay: Duration { seconds, nanos } }. */
function retryInfoAny(delayMs: number): Buffer[] {
  const seconds = varintField(1, Math.floor(delayMs / 1000));
  const nanos = varintField(2, (delayMs % 1000) * 1_000_000);
  return [stringField(1, RETRY_INFO_TYPE), messageField(2, messageField(1, seconds, nanos))];
}
