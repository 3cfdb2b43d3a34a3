import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bytes } from './bytes.ts';
import { appendInt64 } from './number-text.ts';

function text(value: bigint): string {
  const bytes = new Bytes(1);
  bytes.byte(0x5b);
  const bits = BigInt.asUintN(64, value);
  appendInt64(bytes, Number(bits & 0xffff_ffffn), Number(bits >> 32n));
  return Buffer.from(bytes.view()).toString('latin1').slice(1);
}

const POWERS = [3, 9, 10, 18]
  .map((power) => 10n ** BigInt(power))
  .concat([31, 32, 33, 53, 62].map((bit) => 2n ** BigInt(bit)));
const EDGES = POWERS.flatMap((power) => [power - 1n, power, power + 1n]);

describe('around every edge, on both sides of zero', () => {
  test.each([0n, 2n ** 63n - 1n, ...EDGES])('%d', (value) => {
    expect(text(value)).toBe(String(value));
    expect(text(-value)).toBe(String(-value));
  });

  test('the least of all', () => {
    expect(text(-(2n ** 63n))).toBe('-9223372036854775808');
  });
});

test('any', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(text(value)).toBe(String(value));
    }),
  );
});
