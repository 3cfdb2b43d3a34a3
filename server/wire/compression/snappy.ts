import { Output } from './output.ts';
import { broken } from './refusals.ts';

/** Either form that senders call snappy: one bare block, or chunks behind the stream identifier. */
export function unpackSnappy(packed: Uint8Array, maxBytes: number): Uint8Array {
  const output = new Output('snappy', maxBytes);
  if (isFramed(packed)) unpackChunks(packed, output);
  else unpackBlock(packed, 0, packed.length, output);
  return output.finish();
}

const STREAM_IDENTIFIER = Buffer.from('\xff\x06\x00\x00sNaPpY', 'latin1');
const CHUNK_HEAD_BYTES = 4;
const CHECKSUM_BYTES = 4;
const CHUNK_COMPRESSED = 0x00;
const CHUNK_UNCOMPRESSED = 0x01;
/** From here on, chunks that a reader does not know may be skipped. */
const CHUNK_SKIPPABLE = 0x80;

function isFramed(packed: Uint8Array): boolean {
  return STREAM_IDENTIFIER.equals(packed.subarray(0, STREAM_IDENTIFIER.length));
}

function unpackChunks(packed: Uint8Array, output: Output): void {
  let at = 0;
  while (at < packed.length) {
    const start = at + CHUNK_HEAD_BYTES;
    if (start > packed.length) throw broken('snappy', 'it ends too early');
    const end = start + (packed[at + 1]! | (packed[at + 2]! << 8) | (packed[at + 3]! << 16));
    if (end > packed.length) throw broken('snappy', 'it ends too early');
    unpackChunk(packed, at, start, end, output);
    at = end;
  }
}

function unpackChunk(packed: Uint8Array, at: number, start: number, end: number, output: Output): void {
  const type = packed[at]!;
  if (type >= CHUNK_SKIPPABLE) return;
  const data = start + CHECKSUM_BYTES;
  if (type > CHUNK_UNCOMPRESSED || data > end)
    throw broken('snappy', `the chunk at byte ${at} is not of a known kind`);
  if (type === CHUNK_COMPRESSED) unpackBlock(packed, data, end, output);
  else output.literals(packed, data, end - data);
}

/** A block says how much it unpacks to, and is held to it. */
function unpackBlock(packed: Uint8Array, start: number, end: number, output: Output): void {
  const { value: length, next } = parseLength(packed, start, end);
  output.beginUnit();
  output.reserve(length);
  const want = output.length + length;
  let at = next;
  while (at < end) {
    at = unpackElement(packed, at, end, output);
    if (output.length > want)
      throw broken('snappy', `a block holds more than the ${length} bytes it announces`);
  }
  if (output.length < want)
    throw broken('snappy', `a block holds less than the ${length} bytes it announces`);
}

/** A varint of at most 32 bits. */
function parseLength(packed: Uint8Array, start: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, factor = 1; at < end && at < start + 5; at++, factor *= 128) {
    const byte = packed[at]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw broken('snappy', 'it does not begin with the length of a block');
}

/** Literals of which the tag holds the length are up to this long; longer ones have it in 1 to 4 bytes behind the tag. */
const MAX_SHORT_LITERALS = 60;

function unpackElement(packed: Uint8Array, at: number, end: number, output: Output): number {
  const tag = packed[at]!;
  switch (tag & 0x03) {
    case 0:
      return unpackLiterals(packed, at, end, output);
    case 1:
      output.match(((tag >> 5) << 8) | littleEndian(packed, at + 1, 1, end), ((tag >> 2) & 0x07) + 4);
      return at + 2;
    case 2:
      output.match(littleEndian(packed, at + 1, 2, end), (tag >> 2) + 1);
      return at + 3;
    default:
      output.match(littleEndian(packed, at + 1, 4, end), (tag >> 2) + 1);
      return at + 5;
  }
}

function unpackLiterals(packed: Uint8Array, at: number, end: number, output: Output): number {
  const short = (packed[at]! >> 2) + 1;
  const lengthBytes = Math.max(0, short - MAX_SHORT_LITERALS);
  const count = lengthBytes === 0 ? short : littleEndian(packed, at + 1, lengthBytes, end) + 1;
  const start = at + 1 + lengthBytes;
  if (start + count > end) throw broken('snappy', `literals run past the end of their block at byte ${at}`);
  output.literals(packed, start, count);
  return start + count;
}

function littleEndian(packed: Uint8Array, at: number, bytes: number, end: number): number {
  if (at + bytes > end) throw broken('snappy', `an element runs past the end of its block at byte ${at}`);
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + packed[at + index]!;
  return value;
}
