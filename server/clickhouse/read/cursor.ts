import { Fault } from '../../errors/fault.ts';
import type { SpanId, TraceId } from '../../span/span.ts';
import type { SearchQuery } from '../../store/trace-store.ts';
import type { Position } from '../compile/search.ts';
import type { SpanPosition } from '../compile/span-search.ts';

type Order = SearchQuery['order'];

const ORDERS: readonly Order[] = ['newest', 'longest'];
/** A byte for the order, eight for the rank, sixteen for the trace id. */
const CURSOR_BYTES = 25;
/** Of a search for spans: eight more for the span id, and eight for the rest. */
const SPAN_CURSOR_BYTES = CURSOR_BYTES + 16;

/** Opaque to whoever carries it; safe in URLs. */
export function presentCursor(position: Position, order: Order): string {
  return writePosition(position, order, CURSOR_BYTES).toString('base64url');
}

export function parseCursor(cursor: string, order: Order): Position {
  return readPosition(decode(cursor, order, CURSOR_BYTES));
}

export function presentSpanCursor(position: SpanPosition, order: Order): string {
  const bytes = writePosition(position, order, SPAN_CURSOR_BYTES);
  bytes.write(position.spanId, 25, 'hex');
  bytes.writeBigUInt64BE(position.rest, 33);
  return bytes.toString('base64url');
}

export function parseSpanCursor(cursor: string, order: Order): SpanPosition {
  const bytes = decode(cursor, order, SPAN_CURSOR_BYTES);
  return {
    ...readPosition(bytes),
    spanId: bytes.toString('hex', 25, 33) as SpanId,
    rest: bytes.readBigUInt64BE(33),
  };
}

function writePosition({ rank, traceId }: Position, order: Order, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = ORDERS.indexOf(order);
  bytes.writeBigUInt64BE(rank, 1);
  bytes.write(traceId, 9, 'hex');
  return bytes;
}

function readPosition(bytes: Buffer): Position {
  return { rank: bytes.readBigUInt64BE(1), traceId: bytes.toString('hex', 9, 25) as TraceId };
}

function decode(cursor: string, order: Order, length: number): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length === length && bytes.toString('base64url') === cursor && ORDERS[bytes[0]!] === order) {
    return bytes;
  }
  throw new Fault('invalid', 'cursor is not one that an earlier result of this search gave', {
    field: 'cursor',
    value: cursor.slice(0, 80),
  });
}
