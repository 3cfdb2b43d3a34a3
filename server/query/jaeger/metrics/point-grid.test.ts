import { describe, expect, test } from 'vitest';
import { pointGridOf, windowBefore } from './point-grid.ts';

const MINUTE = 60_000;
/** In milliseconds. */
const grid = (endMs: number, lookbackMs: number, stepMs: number, ratePerMs = MINUTE) =>
  pointGridOf({
    endMs: BigInt(endMs),
    lookbackMs: BigInt(lookbackMs),
    stepMs: BigInt(stepMs),
    ratePerMs: BigInt(ratePerMs),
  });

test.each<[string, Parameters<typeof grid>, number[]]>([
  ['multiples of the step, and the end', [10 * MINUTE + 5, 3 * MINUTE, MINUTE], [8, 9, 10, 10 + 5 / MINUTE]],
  ['both ends, where they are multiples', [10 * MINUTE, 2 * MINUTE, MINUTE], [8, 9, 10]],
  ['a step of seconds is a minute', [10 * MINUTE, 2 * MINUTE, 5_000], [8, 9, 10]],
  ['a step that is no whole minute is rounded up', [10 * MINUTE, 8 * MINUTE, 90_000], [2, 4, 6, 8, 10]],
  ['a step of nothing, or less, is a minute', [10 * MINUTE, MINUTE, -1], [9, 10]],
  ['longer than the lookback: the end alone', [10 * MINUTE, MINUTE, 60 * MINUTE], [10]],
  ['no lookback: the end alone', [10 * MINUTE + 1, 0, MINUTE], [10 + 1 / MINUTE]],
  ['before 1970 is nothing', [2 * MINUTE, 9e15, MINUTE], [0, 1, 2]],
])('%s', (_, args, wantMinutes) => {
  expect(grid(...args).momentsMs).toEqual(wantMinutes.map((minutes) => Math.round(minutes * MINUTE)));
});

test('a negative lookback has no moments', () => {
  expect(grid(10 * MINUTE, -1, MINUTE).momentsMs).toEqual([]);
});

test('counts are as fine as the step and the rate need them', () => {
  expect(grid(0, 0, 6 * MINUTE, 10 * MINUTE)).toMatchObject({
    stepMs: 6 * MINUTE,
    ratePerMs: 10 * MINUTE,
    unitMs: 2 * MINUTE,
  });
});

test('the window goes back before the first moment', () => {
  const day = grid(10 * MINUTE + 1, 3 * MINUTE, MINUTE, 5 * MINUTE);
  expect(windowBefore(day, 5 * MINUTE)).toEqual({
    fromNanos: 180_000_000_000n,
    toNanos: 600_001_000_000n,
  });
});

describe('what would take too long is refused', () => {
  test.each([
    [2e12, 365 * 86_400_000, 60_000, 600_000],
    [2e12, 86_400_000, 60_000, Number.MAX_SAFE_INTEGER],
    [2e12, 30 * 86_400_000, 3_600_000, 60_000],
  ])('%i %i %i %i', (...args) => {
    expect(() => grid(...args)).toThrow(/takes more than 11000 points in time; ask for a shorter lookback/);
  });

  test('but not the two days of the Jaeger UI, nor a long time in long steps', () => {
    expect(grid(2e12, 2 * 86_400_000, 60_000, 600_000).momentsMs).toHaveLength(2880 + 1);
    expect(grid(9e15, 9e15, 9e15, 9e15).momentsMs).toHaveLength(2);
  });
});
