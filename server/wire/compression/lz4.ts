import { Output } from './output.ts';
import { broken } from './refusals.ts';

/** The frame format of lz4, as `lz4` and the OpenTelemetry Collector write it: frames, one after the other. */
export function unpackLz4(packed: Uint8Array, maxBytes: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const output = new Output('lz4', maxBytes);
  let at = 0;
  do {
    at = unpackFrame(view, packed, at, output);
  } while (at < packed.length);
  return output.finish();
}

const MAGIC = 0x184d2204;
/** Frames that hold anything but data; the low four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const UNCOMPRESSED_BIT = 0x8000_0000;

function unpackFrame(view: DataView, packed: Uint8Array, start: number, output: Output): number {
  const magic = uint32(view, start);
  if ((magic & ~0xf) === SKIPPABLE_MAGIC) return within(packed, start + 8 + uint32(view, start + 4));
  if (magic !== MAGIC) throw broken('lz4', `no frame begins at byte ${start}`);
  const header = parseHeader(packed, start + 4);
  output.beginUnit();
  let at = header.end;
  for (;;) {
    const size = uint32(view, at);
    at += 4;
    if (size === 0) return within(packed, at + header.contentChecksumBytes);
    const end = within(packed, at + (size & ~UNCOMPRESSED_BIT));
    if (size >= UNCOMPRESSED_BIT) output.literals(packed, at, end - at);
    else unpackBlock(packed, at, end, output);
    at = end + header.blockChecksumBytes;
  }
}

interface FrameHeader {
  readonly end: number;
  readonly blockChecksumBytes: number;
  readonly contentChecksumBytes: number;
}

/** Flags, block size, perhaps content size, a checksum byte. The sizes promise nothing that the output does not check. */
function parseHeader(packed: Uint8Array, start: number): FrameHeader {
  const flags = packed[start] ?? 0;
  if (flags >> 6 !== 1) throw broken('lz4', 'the frame is of an unknown version');
  if ((flags & 0x01) !== 0) throw broken('lz4', 'the frame needs a dictionary');
  return {
    end: within(packed, start + 3 + ((flags & 0x08) === 0 ? 0 : 8)),
    blockChecksumBytes: (flags & 0x10) === 0 ? 0 : 4,
    contentChecksumBytes: (flags & 0x04) === 0 ? 0 : 4,
  };
}

const LENGTH_IN_FOLLOWING_BYTES = 15;
const MIN_MATCH_BYTES = 4;

/** Sequences of literals and a match, the last one without a match. */
function unpackBlock(packed: Uint8Array, start: number, end: number, output: Output): void {
  let at = start;
  while (at < end) {
    const token = packed[at++]!;
    let literals = token >> 4;
    if (literals === LENGTH_IN_FOLLOWING_BYTES) {
      let more: number;
      do {
        more = byteAt(packed, at++, end);
        literals += more;
      } while (more === 255);
    }
    if (at + literals > end) throw broken('lz4', `literals run past the end of their block at byte ${at}`);
    output.literals(packed, at, literals);
    at += literals;
    if (at === end) return;

    const distance = byteAt(packed, at, end) | (byteAt(packed, at + 1, end) << 8);
    at += 2;
    let match = token & 0x0f;
    if (match === LENGTH_IN_FOLLOWING_BYTES) {
      let more: number;
      do {
        more = byteAt(packed, at++, end);
        match += more;
      } while (more === 255);
    }
    output.match(distance, match + MIN_MATCH_BYTES);
  }
}

function byteAt(packed: Uint8Array, at: number, end: number): number {
  if (at >= end) throw broken('lz4', `a sequence runs past the end of its block at byte ${at}`);
  return packed[at]!;
}

function uint32(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw broken('lz4', 'it ends too early');
  return view.getUint32(at, true);
}

function within(packed: Uint8Array, end: number): number {
  if (end > packed.length) throw broken('lz4', 'it ends too early');
  return end;
}
