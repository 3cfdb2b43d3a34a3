import { Fault } from '../../../errors/fault.ts';
import type { TraceId } from '../../../span/span.ts';
import { parseHexTraceId } from '../trace-id-param.ts';

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;

/** Undefined for the id that is none: no bytes, or all of them zero. One of 64 bits is the low half. */
export function parseTraceIdBytes(bytes: Uint8Array): TraceId | undefined {
  if (![0, TRACE_ID_BYTES / 2, TRACE_ID_BYTES].includes(bytes.length)) {
    throw new Fault('invalid', `trace_id has ${bytes.length} bytes, but a trace id has ${TRACE_ID_BYTES}`, {
      field: 'trace_id',
    });
  }
  if (bytes.every((byte) => byte === 0)) return undefined;
  return Buffer.from(bytes)
    .toString('hex')
    .padStart(TRACE_ID_BYTES * 2, '0') as TraceId;
}

/** Hex digits, refused in Jaeger's words. */
export function parseTraceIdText(text: string): TraceId {
  try {
    return parseHexTraceId(text);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    throw new Fault(thrown.code, `malform trace ID: ${thrown.message}`, { field: 'trace_id' });
  }
}
