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
const grid = (minutes: readonly number[], step: number, ratePer: number, unit: number): PointGrid => ({
  momentsMs: minutes.map((minute) => minute * MINUTE),
  stepMs: step * MINUTE,
  ratePerMs: ratePer * MINUTE,
  unitMs: unit * MINUTE,
});

const COUNTED = series([
  [7, 60, 6],
  [8, 120, 0],
  [10, 240, 240],
]);

test('a rate slides over the time before each moment', () => {
  expect(callRates(COUNTED, grid([8, 9, 10, 11], 1, 2, 1))).toEqual([0.5, 1.5, 1, 2]);
  expect(callRates(COUNTED, grid([8, 9, 10, 11], 1, 1, 1))).toEqual([1, 2, 0, 4]);
  expect(callRates(COUNTED, grid([12], 4, 6, 2))).toEqual([420 / 360]);
});

test('the last moment has what has been counted since the last whole minute on top', () => {
  expect(callRates(COUNTED, grid([9, 10, 10.5], 1, 2, 1))).toEqual([1.5, 1, 360 / 150]);
});

test('what lies outside of the grid does not count', () => {
  const wide = series([[1, 1_000, 0], [9, 60, 0], [99, 1_000, 0]]); // prettier-ignore
  expect(callRates(wide, grid([10], 1, 1, 1))).toEqual([1]);
});

test('errors are a share, and unknown of no calls', () => {
  expect(errorShares(COUNTED, grid([7, 8, 9, 10, 11], 1, 1, 1))).toEqual([Number.NaN, 0.1, 0, Number.NaN, 1]);
});

test('latencies are of the step that ends at the moment, in milliseconds, or unknown', () => {
  const quantiles = series([
    [4, 1, 0, 12.5],
    [8, 1, 0, 3],
  ]);
  expect(latencies(quantiles, grid([4, 6, 8, 8.5], 2, 2, 2))).toEqual([Number.NaN, 12.5, Number.NaN, 3]);
});

test('no moments, no values', () => {
  expect(callRates(COUNTED, grid([], 1, 1, 1))).toEqual([]);
  expect(latencies(COUNTED, grid([], 1, 1, 1))).toEqual([]);
});
