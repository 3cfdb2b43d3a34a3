import { type FrameKey, encodeFrame } from './frame.ts';
import type { Column } from './span-columns.ts';
import { DICTIONARY_PREFIX } from './string-columns.ts';

/** What a column of a block is made of, in the order of the bytes. */
export interface ColumnData {
  /** How many LowCardinality streams it holds at any depth: each has its version in front of everything else. */
  readonly dictionaries: number;
  readonly chunks: readonly Uint8Array[];
}

/** A block as Native: frame, then the columns of the table in its order. The chunks are views, not copies. */
export function encodeNative(
  key: FrameKey,
  columns: readonly Column[],
  rows: number,
  data: readonly ColumnData[],
): Uint8Array[] {
  const body: Uint8Array[] = [];
  for (const [index, column] of columns.entries()) {
    const { dictionaries, chunks } = data[index]!;
    body.push(columnHead(column));
    for (let count = 0; count < dictionaries; count++) body.push(DICTIONARY_PREFIX);
    for (const chunk of chunks) if (chunk.length > 0) body.push(chunk);
  }
  return [encodeFrame(key, columns.length, rows, body), ...body];
}

const heads = new WeakMap<Column, Uint8Array>();

/** Name and type of a column, each after its length. */
function columnHead(column: Column): Uint8Array {
  const known = heads.get(column);
  if (known !== undefined) return known;
  const head = Buffer.concat([prefixed(column.name), prefixed(column.type)]);
  heads.set(column, head);
  return head;
}

function prefixed(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = bytes.length < 0x80 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >>> 7];
  return Buffer.concat([Buffer.from(length), bytes]);
}
