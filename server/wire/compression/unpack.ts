import type { Coding } from './content-encoding.ts';
import { unpackLz4 } from './lz4.ts';
import { tooLarge } from './refusals.ts';
import { unpackSnappy } from './snappy.ts';
import { unpackBrotli, unpackDeflate, unpackGzip } from './zlib.ts';
import { unpackZstd } from './zstd.ts';

/** Undoes one coding, never holding more than `maxBytes` of output; throws Fault `too-large` or `invalid`. */
type Codec = (packed: Uint8Array, maxBytes: number) => Uint8Array | Promise<Uint8Array>;

const CODECS: Readonly<Record<Coding, Codec>> = {
  gzip: unpackGzip,
  deflate: unpackDeflate,
  br: unpackBrotli,
  zstd: unpackZstd,
  snappy: unpackSnappy,
  lz4: unpackLz4,
};

/**
 * Undoes `codings`, the last one applied first. Neither the result nor anything between is larger than `maxBytes`,
 * whatever the body claims of itself. The checksums of lz4 and snappy are not verified: transport has its own, and a
 * body without a coding has none either.
 */
export async function unpack(
  body: Uint8Array,
  codings: readonly Coding[],
  maxBytes: number,
): Promise<Uint8Array> {
  if (body.length > maxBytes) throw tooLarge(maxBytes, 'the body has');
  let bytes = body;
  for (const coding of codings.toReversed()) bytes = await CODECS[coding](bytes, maxBytes);
  return bytes;
}
