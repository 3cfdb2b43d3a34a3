import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import type { Coding } from './content-encoding.ts';
import { unpack } from './unpack.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const LIMIT = MIB;

/** What every file of testdata/ unpacks to. They were made with gzip, zlib, brotli, zstd, lz4 and snappy themselves. */
const SAMPLE = Array.from({ length: 5000 }, (_, i) => `span ${i % 97}: GET /items/${(i * 31) % 13}\n`).join(
  '',
);
const corpus = readdirSync(new URL('testdata/', import.meta.url)).map((name) => ({
  name,
  coding: name.split('.')[0] as Coding,
  packed: readFileSync(new URL(`testdata/${name}`, import.meta.url)),
}));

/** A copy whose memory ends where it ends: a read past it cannot go unnoticed. */
function alone(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}

describe('unpack', () => {
  test.each(corpus)('$name', async ({ coding, packed }) => {
    expect(Buffer.from(await unpack(alone(packed), [coding], LIMIT)).toString()).toBe(SAMPLE);
  });

  test.each(corpus)('$name of exactly the limit, and one byte over it', async ({ coding, packed }) => {
    expect(await unpack(packed, [coding], SAMPLE.length)).toHaveLength(SAMPLE.length);
    await expect(unpack(packed, [coding], SAMPLE.length - 1)).rejects.toMatchObject({ code: 'too-large' });
  });

  // Cut between two members, frames or chunks, a stream is whole and merely shorter.
  test.each(corpus)('$name cut anywhere', async ({ name, coding, packed }) => {
    const isSeveral = /two|framed/.test(name);
    for (let end = 0; end < packed.length; end += Math.ceil(packed.length / 200)) {
      const cut: unknown = await unpack(alone(packed.subarray(0, end)), [coding], LIMIT).catch(
        (thrown: unknown) => thrown,
      );
      if (isSeveral && cut instanceof Uint8Array) expect(cut.length).toBeLessThan(SAMPLE.length);
      else expect(cut).toMatchObject({ name: 'Fault', code: 'invalid' });
    }
  });

  test('no coding leaves the body as it is', async () => {
    const body = Buffer.from('body');
    expect(await unpack(body, [], LIMIT)).toBe(body);
  });

  test('two codings are undone from the last to the first', async () => {
    const packed = gzipSync(brotliCompressSync('twice'));
    expect(Buffer.from(await unpack(packed, ['br', 'gzip'], LIMIT)).toString()).toBe('twice');
  });

  test('a large body is unpacked off the main thread and comes out the same', async () => {
    const body = Buffer.alloc(6 * MIB, SAMPLE);
    expect(body.equals(await unpack(gzipSync(body), ['gzip'], 8 * MIB))).toBe(true);
  });
});

describe('refusals', () => {
  const tooLarge =
    'the body unpacks to more than 1048576 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 1048576';
  const invalid = (coding: string, reason: string): string =>
    `the body is not valid ${coding}, which its encoding says it is: ${reason}`;
  const packedSample = (name: string): Buffer => corpus.find((file) => file.name === name)!.packed;
  const damaged = (name: string, at: number): Buffer => {
    const bytes = Buffer.from(packedSample(name));
    bytes[at]! ^= 0xff;
    return bytes;
  };

  const table: [string, Coding[], Buffer, string][] = [
    [
      'a body over the limit',
      [],
      Buffer.alloc(LIMIT + 1),
      'the body has more than 1048576 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 1048576',
    ],
    ['one byte too many', ['gzip'], gzipSync(Buffer.alloc(LIMIT + 1)), tooLarge],
    [
      'no gzip at all',
      ['gzip'],
      Buffer.from('{"resourceSpans":[]}'),
      invalid('gzip', 'the stream is damaged'),
    ],
    ['an empty gzip body', ['gzip'], Buffer.alloc(0), invalid('gzip', 'it ends too early')],
    ['a gzip body cut', ['gzip'], gzipSync(SAMPLE).subarray(0, 100), invalid('gzip', 'it ends too early')],
    [
      'a gzip checksum',
      ['gzip'],
      damaged('gzip.one-member', packedSample('gzip.one-member').length - 5),
      invalid('gzip', 'the stream is damaged'),
    ],
    [
      'no deflate at all',
      ['deflate'],
      Buffer.from('\xff\xffx', 'latin1'),
      invalid('deflate', 'the stream is damaged'),
    ],
    [
      'no brotli at all',
      ['br'],
      Buffer.from('\xff\xff\xff', 'latin1'),
      invalid('br', 'the stream is damaged'),
    ],
    ['no zstd at all', ['zstd'], Buffer.from('{"a":1}'), invalid('zstd', 'no frame begins at byte 0')],
    [
      'a zstd checksum',
      ['zstd'],
      damaged('zstd.known-size', packedSample('zstd.known-size').length - 1),
      invalid('zstd', 'the stream is damaged'),
    ],
    [
      'a reserved zstd block',
      ['zstd'],
      Buffer.from('28b52ffd00380700000000', 'hex'),
      invalid('zstd', 'the block at byte 6 is of an unknown kind'),
    ],
    ['no lz4 at all', ['lz4'], Buffer.from('{"a":1}'), invalid('lz4', 'no frame begins at byte 0')],
    [
      'an lz4 dictionary',
      ['lz4'],
      Buffer.from('04224d1841400000000000000000', 'hex'),
      invalid('lz4', 'the frame needs a dictionary'),
    ],
    [
      'an lz4 version',
      ['lz4'],
      Buffer.from('04224d1880400000000000', 'hex'),
      invalid('lz4', 'the frame is of an unknown version'),
    ],
    [
      'an lz4 match into nothing',
      ['lz4'],
      Buffer.from('04224d1860400004000000' + '10410900' + '00000000', 'hex'),
      invalid('lz4', 'a match reaches 9 bytes back, and 1 are there'),
    ],
    [
      'lz4 literals past their block',
      ['lz4'],
      Buffer.from('04224d1860400002000000' + '4041' + '00000000', 'hex'),
      invalid('lz4', 'literals run past the end of their block at byte 12'),
    ],
    [
      'an lz4 sequence past its block',
      ['lz4'],
      Buffer.from('04224d1860400003000000' + '104109' + '00000000', 'hex'),
      invalid('lz4', 'a sequence runs past the end of its block at byte 14'),
    ],
    [
      'an empty snappy body',
      ['snappy'],
      Buffer.alloc(0),
      invalid('snappy', 'it does not begin with the length of a block'),
    ],
    [
      'snappy longer than it says',
      ['snappy'],
      Buffer.from('01044142', 'hex'),
      invalid('snappy', 'a block holds more than the 1 bytes it announces'),
    ],
    [
      'snappy shorter than it says',
      ['snappy'],
      Buffer.from('03044142', 'hex'),
      invalid('snappy', 'a block holds less than the 3 bytes it announces'),
    ],
    [
      'snappy literals past the end',
      ['snappy'],
      Buffer.from('021041', 'hex'),
      invalid('snappy', 'literals run past the end of their block at byte 1'),
    ],
    [
      'a snappy match into nothing',
      ['snappy'],
      Buffer.from('0a00410d02', 'hex'),
      invalid('snappy', 'a match reaches 2 bytes back, and 1 are there'),
    ],
    [
      'a snappy element cut',
      ['snappy'],
      Buffer.from('0a00410e', 'hex'),
      invalid('snappy', 'an element runs past the end of its block at byte 4'),
    ],
    [
      'an unknown snappy chunk',
      ['snappy'],
      Buffer.from('ff060000734e61507059' + '0200000000', 'hex'),
      invalid('snappy', 'the chunk at byte 10 is not of a known kind'),
    ],
    [
      'a snappy chunk cut',
      ['snappy'],
      Buffer.from('ff060000734e61507059' + '01ff00000000', 'hex'),
      invalid('snappy', 'it ends too early'),
    ],
  ];
  test.each(table)('%s', async (_, codings, body, message) => {
    const thrown: unknown = await unpack(alone(body), codings, LIMIT).catch((fault: unknown) => fault);
    expect(thrown).toBeInstanceOf(Fault);
    expect(thrown).toMatchObject({
      message,
      field: 'body',
      code: message.includes('more than 1048576') ? 'too-large' : 'invalid',
    });
  });
});

describe('bombs', () => {
  const zeros = Buffer.alloc(64 * MIB);
  const gzipped = gzipSync(zeros);
  const repeated = (head: string, unit: Buffer, count: number, end = ''): Buffer =>
    Buffer.concat([
      Buffer.from(head, 'hex'),
      ...Array.from({ length: count }, () => unit),
      Buffer.from(end, 'hex'),
    ]);
  /** 128 KiB of zeros; the second form is the last block of its frame. */
  const zstdBlock = Buffer.from('02001000', 'hex');
  const zstdLastBlock = '03001000';

  /** A zero, then a match of a megabyte at distance 1, in 4 KiB. */
  const lz4Match = Buffer.concat([
    Buffer.from('1f000100', 'hex'),
    Buffer.alloc(4 * KIB, 0xff),
    Buffer.from('00', 'hex'),
  ]);
  const lz4Size = Buffer.alloc(4);
  lz4Size.writeUInt32LE(lz4Match.length);
  /** A zero and a thousand matches of 64 bytes at distance 1: 64 KiB in 3 KiB. */
  const snappyChunk = Buffer.concat([
    Buffer.from('00000000' + '00000000' + '81f403' + '0000', 'hex'),
    ...Array.from({ length: 1000 }, () => Buffer.from('fe0100', 'hex')),
  ]);
  snappyChunk.writeUIntLE(snappyChunk.length - 4, 1, 3);

  const bombs: [string, Coding[], Buffer][] = [
    ['gzip, 1 GiB in 16 members', ['gzip'], repeated('', gzipped, 16)],
    ['gzip in gzip', ['gzip', 'gzip'], gzipSync(repeated('', gzipped, 15))],
    ['deflate', ['deflate'], deflateSync(zeros)],
    ['raw deflate', ['deflate'], deflateRawSync(zeros)],
    ['br', ['br'], brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd, 1 GiB in repeated blocks', ['zstd'], repeated('28b52ffd0038', zstdBlock, 8192, zstdLastBlock)],
    [
      'zstd that announces 2^60 bytes',
      ['zstd'],
      repeated('28b52ffde0' + '0000000000000010', zstdBlock, 8192, zstdLastBlock),
    ],
    ['zstd with a window of 2 TiB', ['zstd'], repeated('28b52ffd00f8', zstdBlock, 8192, zstdLastBlock)],
    [
      'lz4, 1 GiB in 1024 blocks',
      ['lz4'],
      repeated('04224d18607000', Buffer.concat([lz4Size, lz4Match]), 1024),
    ],
    ['snappy that announces 4 GiB', ['snappy'], Buffer.from('ffffffff0f00', 'hex')],
    ['snappy, framed', ['snappy'], repeated('ff060000734e61507059', snappyChunk, 1024)],
  ];

  // More than the limit of 16 MiB goes to a thread first.
  test.each(
    bombs.flatMap(([name, codings, body]) =>
      [16 * MIB, LIMIT].map((limit) => ({ name, codings, body, limit })),
    ),
  )('$name, limit $limit', async ({ codings, body, limit }) => {
    const peakBefore = process.resourceUsage().maxRSS;
    const thrown: unknown = await unpack(body, codings, limit).catch((fault: unknown) => fault);
    expect(thrown).toMatchObject({ name: 'Fault', code: 'too-large' });
    expect((process.resourceUsage().maxRSS - peakBefore) * KIB).toBeLessThan(3 * limit + 16 * MIB);
  });
});

describe('properties', () => {
  const anyCoding = fc.constantFrom<Coding>('gzip', 'deflate', 'br', 'zstd', 'snappy', 'lz4');
  const onlyFaults = async (body: Uint8Array, coding: Coding): Promise<void> => {
    const outcome: unknown = await unpack(body, [coding], 256 * KIB).catch((thrown: unknown) => thrown);
    if (outcome instanceof Uint8Array) expect(outcome.length).toBeLessThanOrEqual(256 * KIB);
    else expect(outcome).toBeInstanceOf(Fault);
  };

  test('any bytes: a body or a Fault', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), anyCoding, onlyFaults), {
      numRuns: 2000,
    });
  });

  test('a packed body with bytes changed: a body or a Fault', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...corpus), changes, async ({ coding, packed }, edits) => {
        const body = alone(packed);
        for (const [at, value] of edits) body[at % body.length] = value;
        await onlyFaults(body, coding);
      }),
      { numRuns: 1500 },
    );
  });
});
