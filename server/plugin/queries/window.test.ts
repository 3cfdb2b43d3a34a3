import { expect, test } from 'vitest';
import { windowOf } from './window.ts';

const MS = 1_000_000n;
const LAST = 9_223_372_036_852n * MS;

test.each([
  [5, 7, 5n * MS, 8n * MS],
  [7, 5, 7n * MS, 8n * MS],
  [0, 0, 0n, MS],
  [-5, -3, 0n, MS],
  [-5, 3, 0n, 4n * MS],
  [1.5, 2.5, MS, 3n * MS],
  [1e18, 1e308, LAST, LAST + MS],
  [-Infinity, Infinity, 0n, LAST + MS],
])('from %d to %d', (fromMs, toMs, fromNanos, toNanos) => {
  expect(windowOf({ fromMs, toMs })).toEqual({ fromNanos, toNanos });
  expect(toNanos < 2n ** 63n).toBe(true);
});
