import { broken } from './refusals.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** No block unpacks to more (RFC 8878, section 3.1.1.2.4). */
const MAX_BLOCK_BYTES = 128 * 1024;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_RAW = 0;
const BLOCK_REPEATED = 1;
const BLOCK_COMPRESSED = 2;

/**
 * The most that a zstd stream can unpack to, told by the heads of its frames and blocks (RFC 8878, section 3.1) without
 * unpacking any: what the frame announces, but no more than its blocks can hold. Throws Fault `invalid` when the heads
 * lead past the end.
 */
export function zstdBound(packed: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let bytes = 0;
  let at = 0;
  do {
    const magic = littleEndian(view, at, 4);
    if ((magic & ~0xf) === SKIPPABLE_MAGIC) {
      at = within(view, at + 8 + littleEndian(view, at + 4, 4));
    } else {
      if (magic !== MAGIC) throw broken('zstd', `no frame begins at byte ${at}`);
      const frame = frameBound(view, at + 4);
      bytes += frame.bytes;
      at = frame.end;
    }
  } while (at < packed.length);
  return bytes;
}

interface FrameBound {
  readonly bytes: number;
  readonly end: number;
}

function frameBound(view: DataView, start: number): FrameBound {
  const flags = littleEndian(view, start, 1);
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 0x03]!;
  const sizeAt = start + (isSingleSegment ? 1 : 2) + dictionaryBytes;
  const sizeBytes = flags >> 6 === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[flags >> 6]!;
  const announced =
    sizeBytes === 0 ? Infinity : littleEndian(view, sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  const blocks = blocksBound(view, sizeAt + sizeBytes);
  const checksumBytes = (flags & 0x04) === 0 ? 0 : 4;
  return { bytes: Math.min(announced, blocks.bytes), end: within(view, blocks.end + checksumBytes) };
}

function blocksBound(view: DataView, start: number): FrameBound {
  let bytes = 0;
  let at = start;
  for (;;) {
    const head = littleEndian(view, at, 3);
    const kind = (head >> 1) & 0x03;
    const size = head >> 3;
    if (kind > BLOCK_COMPRESSED) throw broken('zstd', `the block at byte ${at} is of an unknown kind`);
    if (kind === BLOCK_RAW || kind === BLOCK_REPEATED) bytes += size;
    else bytes += MAX_BLOCK_BYTES;
    at = within(view, at + 3 + (kind === BLOCK_REPEATED ? 1 : size));
    if ((head & 1) === 1) return { bytes, end: at };
  }
}

/** Beyond 53 bits the value is inexact, and past every limit anyhow. */
function littleEndian(view: DataView, at: number, bytes: number): number {
  within(view, at + bytes);
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + view.getUint8(at + index);
  return value;
}

function within(view: DataView, end: number): number {
  if (end > view.byteLength) throw broken('zstd', 'it ends too early');
  return end;
}
