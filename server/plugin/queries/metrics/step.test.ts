import { expect, test } from 'vitest';
import { stepOf } from './step.ts';

const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;

/** Seconds: the query's own, the panel's interval, the range; what comes of them. */
test.each<[number | undefined, number, bigint, number]>([
  [undefined, 0.5, HOUR, 1],
  [undefined, 1, HOUR, 1],
  [undefined, 3, HOUR, 5],
  [undefined, 16, HOUR, 20],
  [undefined, 61, HOUR, 120],
  [undefined, 40_000, 24n * HOUR, 43_200],
  [undefined, 50_000, 24n * HOUR, 86_400],
  [undefined, 90_000, 24n * HOUR, 172_800],
  [undefined, 0, HOUR, 1],
  // A week has 604800 seconds, of which 10998 points are 55 each.
  [undefined, 1, 168n * HOUR, 60],
  [7, 60, HOUR, 7],
  [1, 60, 168n * HOUR, 60],
  [0.001, 60, HOUR, 1],
])('%d s asked, %d s of the panel, %d ns: %d s', (step, interval, range, want) => {
  const stepNanos = step === undefined ? undefined : BigInt(step * 1e9);
  const window = { fromNanos: 1_706_678_400n * SECOND, toNanos: 1_706_678_400n * SECOND + range };
  expect(stepOf(stepNanos, { intervalMs: interval * 1_000 }, window)).toBe(BigInt(want) * SECOND);
});
