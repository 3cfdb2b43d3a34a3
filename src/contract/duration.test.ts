import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration, printDuration } from './duration.ts';

describe('is a duration', () => {
  test.each<[string, bigint]>([
    ['0', 0n],
    ['1ns', 1n],
    ['500us', 500_000n],
    ['1µs', 1_000n],
    ['1μs', 1_000n],
    ['100ms', 100_000_000n],
    ['1.2s', 1_200_000_000n],
    ['1h30m', 5_400_000_000_000n],
    ['1h2m3s4ms5us6ns', 3_723_004_005_006n],
    ['2d', 172_800_000_000_000n],
    ['1w', 604_800_000_000_000n],
    [' 5m ', 300_000_000_000n],
    ['0.3333333333333333333ms', 333_333n],
  ])('%j', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos);
  });
});

test.each(['', ' ', '20', '-1s', '1 s', '1x', 's', '.5s', '1.s', '1s2', '1h x', '1e3s', '$step'])(
  'is none: %j',
  (text) => {
    expect(() => parseDuration(text)).toThrow(
      `${JSON.stringify(text)} is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m`,
    );
  },
);

test('is too long', () => {
  expect(() => parseDuration('300000w')).toThrow('"300000w" is longer than 292 years');
});

test.each<[bigint, string]>([
  [0n, '0s'],
  [999n, '999ns'],
  [1_500n, '1.5us'],
  [1_000_000n, '1ms'],
  [1_200_000_000n, '1.2s'],
  [60_000_000_000n, '1m'],
  [5_400_000_000_001n, '1h30m0.000000001s'],
  [172_800_000_000_000n, '48h'],
])('%d prints as %s', (nanos, text) => {
  expect(printDuration(nanos)).toBe(text);
});

test('what is printed parses to the same', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (nanos) => {
      expect(parseDuration(printDuration(nanos))).toBe(nanos);
    }),
  );
});
