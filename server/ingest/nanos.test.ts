import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Nanos } from './nanos.ts';

const MASK_32 = 0xffff_ffffn;
const MAX = 2n ** 64n - 1n;
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -10n, max: 10n }),
  fc.bigInt({ min: MAX / 1000n - 10n, max: MAX / 1000n + 10n }),
  fc.bigInt({ min: MAX / 10n ** 9n - 10n, max: MAX / 10n ** 9n + 10n }),
);
const int32 = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.integer({ min: -2e9, max: 2e9 }),
);

const low = (value: bigint): number => Number(value & MASK_32);
const high = (value: bigint): number => Number((value >> 32n) & MASK_32);
const valueOf = (nanos: Nanos): bigint => (BigInt(nanos.high) << 32n) | BigInt(nanos.low);

/** What should come out: what is negative is 0, what is too much is the most. */
function clamp(nanos: bigint): bigint {
  if (nanos < 0n) return 0n;
  return nanos > MAX ? MAX : nanos;
}

test('microseconds are exact', () => {
  fc.assert(
    fc.property(int64, (micros) => {
      const nanos = new Nanos();
      nanos.setMicros(low(micros), high(micros));
      expect([valueOf(nanos), nanos.isNegative]).toEqual([clamp(micros * 1000n), micros < 0n]);
    }),
    { numRuns: 1000 },
  );
});

test('seconds and nanoseconds are exact, whatever their signs', () => {
  fc.assert(
    fc.property(int64, int32, (seconds, rest) => {
      const nanos = new Nanos();
      nanos.setSeconds(low(seconds), high(seconds), rest);
      const all = seconds * 10n ** 9n + BigInt(rest);
      expect([valueOf(nanos), nanos.isNegative]).toEqual([clamp(all), all < 0n]);
    }),
    { numRuns: 2000 },
  );
});

describe('an end', () => {
  test('lies behind the start, as far as there is time', () => {
    fc.assert(
      fc.property(int64, int64, (first, second) => {
        const [start, length, end] = [new Nanos(), new Nanos(), new Nanos()];
        start.setMicros(low(first), high(first));
        length.setMicros(low(second), high(second));
        end.setEnd(start, length);
        const all = length.isNegative ? 0n : valueOf(start) + valueOf(length);
        expect(valueOf(end)).toBe(clamp(all));
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  [1n, 2n, 3n],
  [0xffff_ffffn, 1n, 0x1_0000_0000n],
  [MAX, 0n, MAX],
  [MAX, 1n, MAX],
])('%d and %d are %d', (first, second, sum) => {
  const [one, other, both] = [new Nanos(), new Nanos(), new Nanos()];
  one.setBigint(first);
  other.setBigint(second);
  both.setEnd(one, other);
  expect(valueOf(both)).toBe(sum);
  expect(one.isBefore(other)).toBe(first < second);
});

test('what was negative is not for ever', () => {
  const time = new Nanos();
  time.setBigint(-5n);
  expect([time.isZero, time.isNegative]).toEqual([true, true]);
  time.setBigint(2n ** 64n);
  expect([valueOf(time), time.isNegative]).toEqual([MAX, false]);
});
