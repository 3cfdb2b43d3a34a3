import type { RateSeries } from '../../../store/trace-store.ts';
import type { PointGrid } from './point-grid.ts';

/** A value for each moment of a grid. NaN where nothing can be said. */
export type MomentValues = readonly number[];

interface Counts {
  readonly calls: number;
  readonly errors: number;
  readonly seconds: number;
}

const NANOS_PER_MS = 1_000_000;

/** Calls a second, of a series in steps of the grid's unit. */
export function callRates(series: RateSeries, grid: PointGrid): MomentValues {
  return countsBefore(series, grid).map(({ calls, seconds }) => calls / seconds);
}

/** The share of calls that failed. Nothing can be said of no calls: an average over zeros would hide what always fails. */
export function errorShares(series: RateSeries, grid: PointGrid): MomentValues {
  return countsBefore(series, grid).map(({ calls, errors }) => (calls === 0 ? Number.NaN : errors / calls));
}

/** The only quantile of a series in steps of the grid's step, in milliseconds. */
export function latencies({ points }: RateSeries, { momentsMs, stepMs }: PointGrid): MomentValues {
  const byStep = new Map(
    points.map(({ fromNanos, durationNanos }) => [stepAt(fromNanos, stepMs), durationNanos[0]]),
  );
  // A moment on the edge of a step tells of the one before it.
  return momentsMs.map((momentMs) => {
    const nanos = byStep.get(Math.ceil(momentMs / stepMs) - 1);
    return nanos === undefined ? Number.NaN : nanos / NANOS_PER_MS;
  });
}

/**
 * As a rate over a range: at every moment what the time before it holds, whatever the step. The last moment lies inside a
 * unit: what has been counted of it comes on top, and so does its time.
 */
function countsBefore({ points }: RateSeries, grid: PointGrid): readonly Counts[] {
  const { momentsMs, ratePerMs, unitMs } = grid;
  const first = Math.floor((momentsMs[0] ?? 0) / unitMs) - ratePerMs / unitMs;
  const last = Math.ceil((momentsMs.at(-1) ?? 0) / unitMs);
  const calls = new Float64Array(last - first + 1);
  const errors = new Float64Array(last - first + 1);
  for (const point of points) {
    const at = stepAt(point.fromNanos, unitMs) - first + 1;
    if (at < 1 || at >= calls.length) continue;
    calls[at] = point.calls;
    errors[at] = point.errors;
  }
  for (let at = 1; at < calls.length; at++) {
    calls[at]! += calls[at - 1]!;
    errors[at]! += errors[at - 1]!;
  }
  return momentsMs.map((momentMs) => {
    const from = Math.floor(momentMs / unitMs) - ratePerMs / unitMs - first;
    const to = Math.ceil(momentMs / unitMs) - first;
    return {
      calls: calls[to]! - calls[from]!,
      errors: errors[to]! - errors[from]!,
      seconds: (ratePerMs + (momentMs % unitMs)) / 1_000,
    };
  });
}

function stepAt(fromNanos: bigint, stepMs: number): number {
  return Math.floor(Number(fromNanos / BigInt(NANOS_PER_MS)) / stepMs);
}
