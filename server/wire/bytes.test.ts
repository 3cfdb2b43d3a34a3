import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bytes } from './bytes.ts';

function written(write: (bytes: Bytes) => void): string {
  const bytes = new Bytes(1);
  write(bytes);
  return Buffer.from(bytes.view()).toString('hex');
}

describe('varint', () => {
  const table: [number, string][] = [
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [2 ** 14 - 1, 'ff7f'],
    [2 ** 14, '808001'],
    [2 ** 31 - 1, 'ffffffff07'],
    [2 ** 31, '8080808008'],
    [2 ** 32 - 1, 'ffffffff0f'],
    [2 ** 32, '8080808010'],
    [2 ** 35, '808080808001'],
    [2 ** 49, '8080808080808001'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
  ];
  test.each(table)('%d', (value, hex) => {
    expect(
      written((bytes) => {
        bytes.varint(value);
      }),
    ).toBe(hex);
  });
});

describe('codePoint', () => {
  test.each([0, 0x7f, 0x80, 0x7ff, 0x800, 0xfffd, 0xffff, 0x1_0000, 0x1_f600, 0x10_ffff])('%d', (point) => {
    const utf8 = Buffer.from(String.fromCodePoint(point)).toString('hex');
    expect(
      written((bytes) => {
        bytes.codePoint(point);
      }),
    ).toBe(utf8);
  });
});

describe('lengthPrefixed', () => {
  test.each([0, 1, 40, 41, 127, 128, 20_000])('%d bytes out of the middle of others', (length) => {
    const source = Buffer.alloc(length + 2, 'abcdefg');
    const hex = written((bytes) => {
      bytes.lengthPrefixed(source, 1, length + 1);
    });
    expect(hex).toBe(
      written((bytes) => {
        bytes.varint(length);
      }) + source.toString('hex', 1, length + 1),
    );
  });
});

test('text comes out as UTF-8, halves of pairs as the replacement character', () => {
  expect(
    written((bytes) => {
      bytes.utf8('aé😀\ud800');
    }),
  ).toBe(Buffer.from('aé😀\ufffd').toString('hex'));
  expect(
    written((bytes) => {
      bytes.latin1('-12');
    }),
  ).toBe('2d3132');
});

test('whatever is written in whatever order comes out', () => {
  const piece = fc.uint8Array({ maxLength: 100 });
  fc.assert(
    fc.property(fc.array(piece), fc.nat(50), (pieces, zeros) => {
      const hex = written((bytes) => {
        for (const one of pieces) bytes.copy(one, 0, one.length);
        bytes.zeros(zeros);
      });
      expect(hex).toBe(Buffer.concat([...pieces, Buffer.alloc(zeros)]).toString('hex'));
    }),
  );
});

describe('reset', () => {
  test('keeps the memory of a usual block', () => {
    const bytes = new Bytes(1);
    bytes.zeros(1 << 20);
    bytes.reset();
    expect(bytes.length).toBe(0);
    expect(bytes.data.length).toBeGreaterThanOrEqual(1 << 20);
  });

  test('gives that of an unusual one back', () => {
    const bytes = new Bytes(1);
    bytes.zeros(20 << 20);
    bytes.reset();
    expect(bytes.data.length).toBeLessThan(1 << 16);
  });
});
