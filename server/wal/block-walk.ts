import { type FrameKey, HEAD_BYTES, decodeFrame, findFrame, isIntact } from '../columns/frame.ts';

/**
 * A stretch of a segment's file.
 * - `whole`: one block as it was written.
 * - `damaged`: bytes that were a block or several and are not now; they reach to the next whole block.
 * - `torn`: the end of the file, where a write broke off. It was never acknowledged.
 */
export interface Stretch {
  readonly kind: 'whole' | 'damaged' | 'torn';
  readonly from: number;
  readonly to: number;
  /** Of a whole block; what is not whole has none that could be counted on. */
  readonly rows: number;
}

/** Walks a file block by block, past any damage. The stretches cover it from its first byte to its last. */
export function walkBlocks(key: FrameKey, bytes: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < bytes.length; at = stretches.at(-1)!.to) {
    stretches.push(wholeBlock(key, bytes, at) ?? brokenStretch(key, bytes, at));
  }
  return stretches;
}

function wholeBlock(key: FrameKey, bytes: Uint8Array, at: number): Stretch | undefined {
  const frame = decodeFrame(key, bytes, at);
  if (frame === undefined || !isIntact(bytes, at, frame)) return undefined;
  return { kind: 'whole', from: at, to: at + frame.length, rows: frame.rows };
}

function brokenStretch(key: FrameKey, bytes: Uint8Array, at: number): Stretch {
  const next = nextWholeBlock(key, bytes, at + 1);
  const kind = next === undefined && isTorn(key, bytes, at) ? 'torn' : 'damaged';
  return { kind, from: at, to: next ?? bytes.length, rows: 0 };
}

function nextWholeBlock(key: FrameKey, bytes: Uint8Array, from: number): number | undefined {
  for (let at = findFrame(bytes, from); at >= 0; at = findFrame(bytes, at + 1)) {
    if (wholeBlock(key, bytes, at) !== undefined) return at;
  }
  return undefined;
}

/**
 * Whether the last stretch is what a write leaves that breaks off: a part of a head, a block longer than the file,
 * or the zeros of a file that grew before its bytes arrived. When in doubt it is damage, of which nothing is lost.
 */
function isTorn(key: FrameKey, bytes: Uint8Array, at: number): boolean {
  const left = bytes.length - at;
  if (left < HEAD_BYTES) return true;
  const frame = decodeFrame(key, bytes, at);
  if (frame === undefined) return bytes.subarray(at).every((byte) => byte === 0);
  // A checksum that holds for all that is left says that the block is there and only its length is wrong.
  return frame.length > left && !isIntact(bytes, at, { ...frame, length: left });
}
