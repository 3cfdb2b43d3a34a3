import { Fault } from '../../errors/fault.ts';
import type { TraceId } from '../../span/span.ts';
import type { SearchQuery } from '../../store/trace-store.ts';
import type { Position } from '../compile/search.ts';

type Order = SearchQuery['order'];

const ORDERS: readonly Order[] = ['newest', 'longest'];
/** A byte for the order, eight for the rank, sixteen for the trace id. */
const CURSOR_BYTES = 25;

/** Opaque to whoever carries it; safe in URLs. */
export function presentCursor({ rank, traceId }: Position, order: Order): string {
  const bytes = Buffer.alloc(CURSOR_BYTES);
  bytes[0] = ORDERS.indexOf(order);
  bytes.writeBigUInt64BE(rank, 1);
  bytes.write(traceId, 9, 'hex');
  return bytes.toString('base64url');
}

export function parseCursor(cursor: string, order: Order): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  if (
    bytes.length !== CURSOR_BYTES ||
    bytes.toString('base64url') !== cursor ||
    ORDERS[bytes[0]!] !== order
  ) {
    throw new Fault('invalid', 'cursor is not one that an earlier result of this search gave', {
      field: 'cursor',
      value: cursor.slice(0, 80),
    });
  }
  return { rank: bytes.readBigUInt64BE(1), traceId: bytes.toString('hex', 9) as TraceId };
}
