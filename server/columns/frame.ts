import { crc32 } from 'node:zlib';

/**
 * Every Native block of the log begins with a column that is never loaded: `frame`, a LowCardinality(String) whose
 * dictionary holds the block's own length, row count and checksum. So a segment is at once a log that can be verified
 * and cut, and a file that the engine reads as it is, with no second file to keep in step and one fsync.
 *
 * Layout: column count (1 byte), row count (varint padded to 5 bytes), the constant SIGNATURE, the 16 bytes of the
 * frame (magic, length of the whole block, rows, CRC-32 of all that follows), rows as UInt64, a zero byte per row;
 * then the real columns.
 */
const ROWS_BYTES = 5;
const SIGNATURE = Buffer.concat([
  lengthPrefixed('frame'),
  lengthPrefixed('LowCardinality(String)'),
  uint64(1n), // keys are serialised as version 1
  uint64(0x600n), // indexes of one byte, a dictionary of its own
  uint64(2n), // dictionary: the empty string, then the frame
  Buffer.from([0, 16]),
]);
const MAGIC = 0x48_4e_50_53; // "SPNH" in little-endian
const FRAME_AT = 1 + ROWS_BYTES + SIGNATURE.length;
const FRAME_BYTES = 16;
const ROW_COUNT_BYTES = 8;

/** Length of everything before the per-row zero bytes. */
const HEAD_BYTES = FRAME_AT + FRAME_BYTES + ROW_COUNT_BYTES;

export interface Frame {
  /** Of the whole block, this head included. */
  readonly length: number;
  readonly rows: number;
  readonly checksum: number;
}

/** The head of a block of `rows` rows and `columns` stored columns whose encoded columns are `body`. */
export function encodeFrame(columns: number, rows: number, body: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES + rows);
  head[0] = columns + 1;
  writePaddedVarint(head, 1, rows);
  SIGNATURE.copy(head, 1 + ROWS_BYTES);
  head.writeBigUInt64LE(BigInt(rows), FRAME_AT + FRAME_BYTES);
  let checksum = crc32(head.subarray(FRAME_AT + FRAME_BYTES));
  let length = head.length;
  for (const chunk of body) {
    checksum = crc32(chunk, checksum);
    length += chunk.length;
  }
  head.writeUInt32LE(MAGIC, FRAME_AT);
  head.writeUInt32LE(length, FRAME_AT + 4);
  head.writeUInt32LE(rows, FRAME_AT + 8);
  head.writeUInt32LE(checksum, FRAME_AT + 12);
  return head;
}

/** The frame of the block that begins at `at`; undefined if no whole head stands there. */
export function decodeFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!SIGNATURE.equals(buffer.subarray(at + 1 + ROWS_BYTES, at + FRAME_AT))) return undefined;
  if (buffer.readUInt32LE(at + FRAME_AT) !== MAGIC) return undefined;
  return {
    length: buffer.readUInt32LE(at + FRAME_AT + 4),
    rows: buffer.readUInt32LE(at + FRAME_AT + 8),
    checksum: buffer.readUInt32LE(at + FRAME_AT + 12),
  };
}

/** Whether the block at `at` is whole and is what was written. */
export function isIntact(bytes: Uint8Array, at: number, frame: Frame): boolean {
  if (frame.length < HEAD_BYTES || at + frame.length > bytes.length) return false;
  return crc32(bytes.subarray(at + FRAME_AT + FRAME_BYTES, at + frame.length)) === frame.checksum;
}

/** Where the next block's head may stand, searching from `from`; -1 if there is none. For getting past damage. */
export function findFrame(bytes: Uint8Array, from: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.indexOf(SIGNATURE, from + 1 + ROWS_BYTES);
  return at < 0 ? -1 : at - 1 - ROWS_BYTES;
}

/** Readers of varints take padding; a fixed width keeps the frame at a fixed place. */
function writePaddedVarint(target: Uint8Array, at: number, value: number): void {
  let rest = value;
  for (let index = 0; index < ROWS_BYTES - 1; index++) {
    target[at + index] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  target[at + ROWS_BYTES - 1] = rest;
}

function lengthPrefixed(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
