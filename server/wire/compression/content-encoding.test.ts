import { describe, expect, test } from 'vitest';
import { type Coding, parseContentEncoding } from './content-encoding.ts';

describe('parseContentEncoding', () => {
  const taken: [string | undefined, Coding[]][] = [
    [undefined, []],
    ['', []],
    ['identity', []],
    ['gzip', ['gzip']],
    ['x-gzip', ['gzip']],
    [' GZip ', ['gzip']],
    ['zlib', ['deflate']],
    ['x-snappy-framed', ['snappy']],
    ['zstd, gzip', ['zstd', 'gzip']],
    ['gzip,identity,,br', ['gzip', 'br']],
  ];
  test.each(taken)('%j', (header, want) => {
    expect(parseContentEncoding(header)).toEqual(want);
  });

  const refused: [string, string][] = [
    [
      'compress',
      'content-encoding "compress" is not known; send one of gzip, x-gzip, deflate, zlib, br, zstd, snappy, x-snappy-framed, lz4, identity',
    ],
    [
      'constructor',
      'content-encoding "constructor" is not known; send one of gzip, x-gzip, deflate, zlib, br, zstd, snappy, x-snappy-framed, lz4, identity',
    ],
    ['gzip, gzip, gzip', 'content-encoding "gzip, gzip, gzip" packs the body 3 times; at most 2 are undone'],
  ];
  test.each(refused)('refuses %j', (header, message) => {
    expect(() => parseContentEncoding(header)).toThrow(
      expect.objectContaining({ code: 'unsupported-media', field: 'content-encoding', message }),
    );
  });
});
