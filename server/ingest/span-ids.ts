import type { RefusalReason } from './receipt.ts';

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;
/** More of what should have been an id is not shown. */
const MAX_SHOWN_BYTES = 20;

type Refuse = (reason: RefusalReason, describe: () => string) => void;

export function checkTraceId(source: Uint8Array, from: number, to: number, refuse: Refuse): void {
  if (isId(source, from, to, TRACE_ID_BYTES)) return;
  refuse('trace-id', () => `trace_id ${presentId(source, from, to)} must be 16 bytes, not all zero`);
}

export function checkSpanId(source: Uint8Array, from: number, to: number, refuse: Refuse): void {
  if (isId(source, from, to, SPAN_ID_BYTES)) return;
  refuse('span-id', () => `span_id ${presentId(source, from, to)} must be 8 bytes, not all zero`);
}

/** An id as hex, or what was sent for one, for a sentence. */
export function presentId(source: Uint8Array, from: number, to: number): string {
  if (from === to) return '(none)';
  const shown = Buffer.from(source.subarray(from, Math.min(to, from + MAX_SHOWN_BYTES))).toString('hex');
  return to - from > MAX_SHOWN_BYTES ? `${shown}… (${to - from} bytes)` : shown;
}

function isId(source: Uint8Array, from: number, to: number, bytes: number): boolean {
  if (to - from !== bytes) return false;
  for (let index = from; index < to; index++) if (source[index] !== 0) return true;
  return false;
}
