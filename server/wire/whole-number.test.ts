import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WholeNumber } from './whole-number.ts';

/** The number as its halves say it; undefined for what is none. */
function read(text: string, zeros = 0): bigint | undefined {
  const number = new WholeNumber();
  if (!number.read(Buffer.from(`<${text}>`), 1, 1 + text.length, zeros)) return undefined;
  const bits = (BigInt(number.high) << 32n) | BigInt(number.low);
  return number.negative ? BigInt.asIntN(64, bits) : bits;
}

describe('a whole number', () => {
  const table: [string, number, bigint | undefined][] = [
    ['0', 0, 0n],
    ['-0', 0, 0n],
    ['0', 9, 0n],
    ['007', 0, 7n],
    ['00000000000000000000000000001', 0, 1n],
    ['1704164640123456789', 0, 1_704_164_640_123_456_789n],
    ['1704164640', 9, 1_704_164_640_000_000_000n],
    ['18446744073709551615', 0, 2n ** 64n - 1n],
    ['18446744073709551616', 0, undefined],
    ['99999999999999999999', 0, undefined],
    ['100000000000000000000', 0, undefined],
    ['18446744074', 9, undefined],
    ['-9223372036854775808', 0, -(2n ** 63n)],
    ['-9223372036854775809', 0, undefined],
    ['-1', 0, -1n],
    ['-4294967296', 0, -(2n ** 32n)],
    ['', 0, undefined],
    ['-', 0, undefined],
    ['+1', 0, undefined],
    ['1.5', 0, undefined],
    ['1x', 0, undefined],
    [' 1', 0, undefined],
    ['--1', 0, undefined],
  ];
  test.each(table)('%j with %i zeros is %s', (text, zeros, want) => {
    expect(read(text, zeros)).toBe(want);
  });

  test('of 64 bits keeps every digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(read(value.toString())).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });
});
