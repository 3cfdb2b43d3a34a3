import { ZSTDDecoder } from 'zstddec';
import { broken, tooLarge } from './refusals.ts';
import { zstdBound } from './zstd-bound.ts';

/**
 * The reference decoder as WebAssembly. node:zlib has zstd from 22.15 on, and 20 is supported; one decoder on every
 * Node is one behaviour to test. A usual batch takes a third of a millisecond, as gzip does.
 */
const decoder = new ZSTDDecoder();

/** The decoder writes into a buffer of fixed size, so the limit holds whatever the frames announce. */
export async function unpackZstd(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const bound = zstdBound(packed);
  if (bound === 0) return new Uint8Array(0);
  await decoder.init();
  const bytes = decoder.decode(packed, Math.min(bound, maxBytes));
  if (bytes.length > 0) return bytes;
  // The decoder tells a failure by giving nothing.
  throw bound > maxBytes ? tooLarge(maxBytes) : broken('zstd', 'the stream is damaged');
}
