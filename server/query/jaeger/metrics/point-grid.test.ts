import { describe, expect, test } from 'vitest';
import { pointGridOf, windowOf } from './point-grid.ts';

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

test('rates are taken over whole minutes, whatever the step', () => {
  expect(grid(0, 0, 6 * MINUTE, 9.5 * MINUTE)).toMatchObject({
    stepMs: 6 * MINUTE,
    ratePerMs: 10 * MINUTE,
  });
});

test.each<[string, Parameters<typeof grid>, [from: number, to: number]]>([
  ['the step before the first moment', [10 * MINUTE, 2 * MINUTE, MINUTE], [7, 10]],
  ['the end, inside a minute', [10 * MINUTE + 6_000, 3 * MINUTE, MINUTE], [7, 10.1]],
  ['the step in which the only moment lies', [10 * MINUTE + 6_000, 0, 6 * MINUTE], [6, 10.1]],
  ['1970', [MINUTE, MINUTE, MINUTE], [0, 1]],
  ['nothing', [10 * MINUTE, -1, MINUTE], [0, 0]],
])('the window has %s', (_, args, [from, to]) => {
  expect(windowOf(grid(...args))).toEqual({
    fromNanos: BigInt(from * 60e9),
    toNanos: BigInt(to * 60e9),
  });
});

describe('what would take too long is refused', () => {
  test.each<[string, Parameters<typeof grid>, RegExp]>([
    ['a year of minutes', [2e12, 365 * 86_400_000, 60_000, 600_000], /^a lookback of 31536000000 ms with a step of 60000 ms takes more than 11000 points in time; ask for a shorter lookback/], // prettier-ignore
    ['a rate of ages', [2e12, 86_400_000, 60_000, Number.MAX_SAFE_INTEGER], /^a ratePer of 9007199254740991 ms is more than 1000 steps of 60000 ms; ask for a shorter ratePer/], // prettier-ignore
  ])('%s', (_, args, want) => {
    expect(() => grid(...args)).toThrow(want);
  });

  test('but not the two days of the Jaeger UI, nor a long time in long steps', () => {
    expect(grid(2e12, 2 * 86_400_000, 60_000, 600_000).momentsMs).toHaveLength(2880 + 1);
    expect(grid(2e12, 30 * 86_400_000, 3_600_000, 60_000).momentsMs).toHaveLength(720 + 1);
    expect(grid(9e15, 9e15, 9e15, 9e15).momentsMs).toHaveLength(2);
  });
});
