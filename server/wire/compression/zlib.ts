import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { broken, tooLarge } from './refusals.ts';
import { createTurnstile } from './turnstile.ts';

interface ZlibLimits {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

interface Zlib {
  readonly coding: string;
  readonly now: (packed: Uint8Array, limits: ZlibLimits) => Buffer;
  readonly offThread: (packed: Uint8Array, limits: ZlibLimits) => Promise<Buffer>;
}

const GZIP: Zlib = { coding: 'gzip', now: gunzipSync, offThread: promisify(gunzip) };
const ZLIB: Zlib = { coding: 'deflate', now: inflateSync, offThread: promisify(inflate) };
const RAW_DEFLATE: Zlib = { coding: 'deflate', now: inflateRawSync, offThread: promisify(inflateRaw) };
const BROTLI: Zlib = { coding: 'br', now: brotliDecompressSync, offThread: promisify(brotliDecompress) };

/**
 * A usual batch unpacks in a third of a millisecond, and half as much again if it goes through a thread. So a body is
 * unpacked at once while it stays within these, which nobody notices waiting for, and off the main thread beyond.
 */
const AT_ONCE_PACKED_BYTES = 256 * 1024;
const AT_ONCE_UNPACKED_BYTES = 4 * 1024 * 1024;

/** zlib gives output in chunks; with its own 16 KiB a batch takes twice the CPU. */
const MIN_CHUNK_BYTES = 16 * 1024;
const MAX_CHUNK_BYTES = 256 * 1024;
const USUAL_RATIO = 8;

/** Each may hold the whole limit of output before anybody has admitted it, so only a few do. */
const offThreadPlaces = createTurnstile(2);

export function unpackGzip(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return unpackZlib(GZIP, packed, maxBytes);
}

/** HTTP means zlib's format by deflate; some senders mean the bare stream. The first two bytes tell. */
export function unpackDeflate(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return unpackZlib(hasZlibHeader(packed) ? ZLIB : RAW_DEFLATE, packed, maxBytes);
}

export function unpackBrotli(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return unpackZlib(BROTLI, packed, maxBytes);
}

/** Method 8, and the sixteen bits a multiple of 31 (RFC 1950). */
function hasZlibHeader(packed: Uint8Array): boolean {
  const method = packed[0] ?? 0;
  const flags = packed[1] ?? 0;
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

async function unpackZlib(zlib: Zlib, packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const chunkSize = Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, packed.length * USUAL_RATIO));
  const atOnceBytes = Math.min(maxBytes, AT_ONCE_UNPACKED_BYTES);
  try {
    if (packed.length <= AT_ONCE_PACKED_BYTES) {
      const bytes = unpackAtOnce(zlib, packed, { maxOutputLength: atOnceBytes, chunkSize });
      if (bytes !== undefined) return bytes;
      if (atOnceBytes === maxBytes) throw tooLarge(maxBytes);
    }
    return await unpackOffThread(zlib, packed, { maxOutputLength: maxBytes, chunkSize });
  } catch (thrown) {
    throw translate(zlib, thrown, maxBytes);
  }
}

/** Undefined if there is more than fits. */
function unpackAtOnce(zlib: Zlib, packed: Uint8Array, limits: ZlibLimits): Buffer | undefined {
  try {
    return zlib.now(packed, limits);
  } catch (thrown) {
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw thrown;
  }
}

async function unpackOffThread(zlib: Zlib, packed: Uint8Array, limits: ZlibLimits): Promise<Buffer> {
  const leave = await offThreadPlaces.enter();
  try {
    return await zlib.offThread(packed, limits);
  } finally {
    leave();
  }
}

function translate(zlib: Zlib, thrown: unknown, maxBytes: number): unknown {
  const code = codeOf(thrown);
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
  if (code === 'Z_BUF_ERROR') return broken(zlib.coding, 'it ends too early', thrown);
  // zlib's own codes begin with Z_, those of brotli with ERR_.
  return code?.startsWith('Z_') === true || code?.startsWith('ERR_') === true
    ? broken(zlib.coding, 'the stream is damaged', thrown)
    : thrown;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
