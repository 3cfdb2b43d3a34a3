import type { RatePoint, RateSeries } from '../../../store/trace-store.ts';
import { MINUTE_MS, type PointGrid, nanosOf, stepOf } from './point-grid.ts';

/** A value for each moment of a grid. NaN where nothing can be said. */
export type MomentValues = readonly number[];

const NANOS_PER_MS = 1_000_000;

/** Calls a second. Of the minute in which a moment lies, what has been counted comes on top, and so does its time. */
export function callRates(series: RateSeries, grid: PointGrid): MomentValues {
  const points = pointsOf(series, grid);
  return grid.momentsMs.map((momentMs, at) => {
    const seconds = (grid.ratePerMs + (momentMs % MINUTE_MS)) / 1_000;
    return (points[at]?.calls ?? 0) / seconds;
  });
}

/** The share of calls that failed. Nothing can be said of no calls: an average over zeros would hide what always fails. */
export function errorShares(series: RateSeries, grid: PointGrid): MomentValues {
  return pointsOf(series, grid).map((point) =>
    point === undefined ? Number.NaN : point.errors / point.calls,
  );
}

/** The only quantile of a series, in milliseconds. */
export function latencies(series: RateSeries, grid: PointGrid): MomentValues {
  return pointsOf(series, grid).map((point) => (point?.durationNanos[0] ?? Number.NaN) / NANOS_PER_MS);
}

/** The point of each moment, where there is one. */
function pointsOf({ points }: RateSeries, grid: PointGrid): readonly (RatePoint | undefined)[] {
  const stepNanos = nanosOf(grid.stepMs);
  const byStep = new Map(points.map((point) => [Number(point.fromNanos / stepNanos), point]));
  return grid.momentsMs.map((momentMs) => byStep.get(stepOf(momentMs, grid)));
}
