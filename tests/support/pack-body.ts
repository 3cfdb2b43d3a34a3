import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/**
 * A body in every coding that CnosDB takes. What Node cannot make is written by hand, from the specification of its format,
 * in the form that stores bytes as they are.
 */
export const PACKERS = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  br: (body) => brotliCompressSync(body),
  zstd: storeAsZstd,
  snappy: storeAsSnappy,
  lz4: storeAsLz4,
} as const satisfies Record<string, (body: Buffer) => Buffer>;

/** Of a frame in one segment whose size stands in four bytes. */
const ZSTD_HEAD = Buffer.from('28b52ffda0', 'hex');
const LAST_RAW_BLOCK = 1;

/** One block, which has at most 128 KiB. */
function storeAsZstd(body: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt32LE(body.length, 0);
  head.writeUIntLE(body.length * 8 + LAST_RAW_BLOCK, 4, 3);
  return Buffer.concat([ZSTD_HEAD, head, body]);
}

/** A literal whose length stands in four bytes. */
const SNAPPY_LITERAL = 63 << 2;

function storeAsSnappy(body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  const head = Buffer.alloc(5, SNAPPY_LITERAL);
  head.writeUInt32LE(body.length - 1, 1);
  return Buffer.concat([Buffer.from([...length, rest]), head, body]);
}

/** Of a frame of blocks of at most 64 KiB, without checksums but its own. */
const LZ4_HEAD = Buffer.from('04224d18604082', 'hex');
const LZ4_STORED = 0x8000_0000;
const LZ4_END = Buffer.alloc(4);

function storeAsLz4(body: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(LZ4_STORED + body.length);
  return Buffer.concat([LZ4_HEAD, size, body, LZ4_END]);
}
