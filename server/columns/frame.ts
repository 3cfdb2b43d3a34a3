import { crc32 } from 'node:zlib';

/**
 * Every Native block of the log begins with a column that is never loaded: `frame`, a LowCardinality(String) whose
 * dictionary holds the block's own length, row count, checksum and the key of its log. So a segment is at once a log that
 * can be verified and cut, and a file that the engine reads as it is, with no second file to keep in step and one fsync.
 *
 * Layout: column count (1 byte), row count (varint padded to 5 bytes), the constant SIGNATURE, the frame (magic, rows, key,
 * length of the whole block, CRC-32 of all the block but these last eight bytes), rows as UInt64, a zero byte per row; then
 * the real columns. The length need not be summed: with a wrong one the sum of the rest is wrong.
 *
 * The key is a secret of the log. Without it a sender could put a made-up block into an attribute, for the search past
 * damaged bytes to find it and take it for a block of any tenant.
 */
const ROWS_BYTES = 5;
export const KEY_BYTES = 8;
const FRAME_BYTES = 16 + KEY_BYTES;
const SIGNATURE = Buffer.concat([
  lengthPrefixed('frame'),
  lengthPrefixed('LowCardinality(String)'),
  uint64(1n), // keys are serialised as version 1
  uint64(0x600n), // indexes of one byte, a dictionary of its own
  uint64(2n), // dictionary: the empty string, then the frame
  Buffer.from([0, FRAME_BYTES]),
]);
const MAGIC = 0x48_4e_50_53; // "SPNH" in little-endian
const FRAME_AT = 1 + ROWS_BYTES + SIGNATURE.length;
const ROWS_AT = FRAME_AT + 4;
const KEY_AT = FRAME_AT + 8;
const LENGTH_AT = KEY_AT + KEY_BYTES;
const CHECKSUM_AT = LENGTH_AT + 4;
const ROW_COUNT_AT = FRAME_AT + FRAME_BYTES;

/** Length of everything before the per-row zero bytes. */
export const HEAD_BYTES = ROW_COUNT_AT + 8;

/** Secret of a log, of KEY_BYTES. */
export type FrameKey = Uint8Array;

export interface Frame {
  /** Of the whole block, this head included. */
  readonly length: number;
  readonly rows: number;
  readonly checksum: number;
}

/** The head of a block of `rows` rows and `columns` stored columns whose encoded columns are `body`. */
export function encodeFrame(
  key: FrameKey,
  columns: number,
  rows: number,
  body: readonly Uint8Array[],
): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES + rows);
  head[0] = columns + 1;
  writePaddedVarint(head, 1, rows);
  SIGNATURE.copy(head, 1 + ROWS_BYTES);
  head.writeUInt32LE(MAGIC, FRAME_AT);
  head.writeUInt32LE(
    body.reduce((sum, chunk) => sum + chunk.length, head.length),
    LENGTH_AT,
  );
  head.writeUInt32LE(rows, ROWS_AT);
  head.set(key, KEY_AT);
  head.writeBigUInt64LE(BigInt(rows), ROW_COUNT_AT);
  const checksum = body.reduce((sum, chunk) => crc32(chunk, sum), headChecksum(head));
  head.writeUInt32LE(checksum, CHECKSUM_AT);
  return head;
}

/** The frame of the block that begins at `at`; undefined if no whole head of this log stands there. */
export function decodeFrame(key: FrameKey, bytes: Uint8Array, at: number): Frame | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  if (!SIGNATURE.equals(buffer.subarray(1 + ROWS_BYTES, FRAME_AT))) return undefined;
  if (buffer.readUInt32LE(FRAME_AT) !== MAGIC) return undefined;
  if (buffer.compare(key, 0, KEY_BYTES, KEY_AT, KEY_AT + KEY_BYTES) !== 0) return undefined;
  return {
    length: buffer.readUInt32LE(LENGTH_AT),
    rows: buffer.readUInt32LE(ROWS_AT),
    checksum: buffer.readUInt32LE(CHECKSUM_AT),
  };
}

/** Whether the block at `at` is whole and is what was written. */
export function isIntact(bytes: Uint8Array, at: number, frame: Frame): boolean {
  if (frame.length < HEAD_BYTES || at + frame.length > bytes.length) return false;
  return headChecksum(bytes.subarray(at, at + frame.length)) === frame.checksum;
}

/** Checksum of bytes that begin with a head, less the places of the length and of the checksum itself. */
function headChecksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(CHECKSUM_AT + 4), crc32(bytes.subarray(0, LENGTH_AT)));
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
