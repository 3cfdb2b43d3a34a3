import type { SpanId, TraceId } from './span.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ZERO = /^0+$/;

/** A trace id as text, in either case; undefined for anything but 32 hex digits that are not all zero. */
export function parseTraceId(text: string): TraceId | undefined {
  const id = text.toLowerCase();
  return TRACE_ID.test(id) && !ZERO.test(id) ? (id as TraceId) : undefined;
}

/** A span id as text, in either case; undefined for anything but 16 hex digits that are not all zero. */
export function parseSpanId(text: string): SpanId | undefined {
  const id = text.toLowerCase();
  return SPAN_ID.test(id) && !ZERO.test(id) ? (id as SpanId) : undefined;
}
