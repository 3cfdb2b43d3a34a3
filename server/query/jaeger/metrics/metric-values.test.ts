import { expect, test } from 'vitest';
import type { RateSeries } from '../../../store/trace-store.ts';
import { callRates, errorShares, latencies } from './metric-values.ts';
import { type PointGrid, nanosOf } from './point-grid.ts';

const MINUTE = 60_000;
const series = (
  points: readonly [minute: number, calls: number, errors: number, ms?: number][],
): RateSeries => ({
  points: points.map(([minute, calls, errors, ms]) => ({
    fromNanos: nanosOf(minute * MINUTE),
    calls,
    errors,
    durationNanos: ms === undefined ? [] : [ms * 1e6],
  })),
});
const grid = (minutes: readonly number[], step: number, ratePer: number): PointGrid => ({
  momentsMs: minutes.map((minute) => minute * MINUTE),
  stepMs: step * MINUTE,
  ratePerMs: ratePer * MINUTE,
});

const COUNTED = series([
  [7, 60, 6],
  [8, 120, 0],
  [10, 240, 240],
]);

test('a rate is of the point that ends at the moment, over its time', () => {
  expect(callRates(COUNTED, grid([8, 9, 10, 11], 1, 1))).toEqual([1, 2, 0, 4]);
  expect(callRates(COUNTED, grid([8, 9, 10, 11], 1, 2))).toEqual([0.5, 1, 0, 2]);
  expect(callRates(series([[8, 240, 0]]), grid([8, 12], 4, 10))).toEqual([0, 240 / 600]);
});

test('the last moment has the part of its minute on top', () => {
  expect(callRates(COUNTED, grid([10, 10.5], 1, 2))).toEqual([0, 240 / 150]);
  expect(callRates(series([[10, 240, 0]]), grid([10, 13.5], 5, 2))).toEqual([0, 240 / 150]);
});

test('what lies outside of the grid does not count', () => {
  const wide = series([[1, 1_000, 0], [9, 60, 0], [99, 1_000, 0]]); // prettier-ignore
  expect(callRates(wide, grid([10], 1, 1))).toEqual([1]);
});

test('errors are a share, and unknown of no calls', () => {
  expect(errorShares(COUNTED, grid([7, 8, 9, 10, 11], 1, 1))).toEqual([Number.NaN, 0.1, 0, Number.NaN, 1]);
});

test('latencies are in milliseconds, or unknown', () => {
  const quantiles = series([
    [4, 1, 0, 12.5],
    [8, 1, 0, 3],
  ]);
  expect(latencies(quantiles, grid([4, 6, 8, 8.5], 2, 2))).toEqual([Number.NaN, 12.5, Number.NaN, 3]);
});

test('no moments, no values', () => {
  expect(callRates(COUNTED, grid([], 1, 1))).toEqual([]);
  expect(latencies(COUNTED, grid([], 1, 1))).toEqual([]);
});
