import { Fault } from '../../../errors/fault.ts';
import type { Window } from '../../../store/trace-store.ts';
import type { MetricsParams } from './params.ts';

/**
 * The moments at which metrics are given. Calls are counted by the minute, so steps and the time over which metrics are taken
 * are whole minutes, rounded up; points lie on multiples of the step since 1970, as the counts do, and the last one is where
 * the query ends, with what has been counted by then.
 */
export interface PointGrid {
  /** Ascending. */
  readonly momentsMs: readonly number[];
  readonly stepMs: number;
  /** How much before every moment counts. */
  readonly ratePerMs: number;
}

export const MINUTE_MS = 60_000;
/** As many as Prometheus gives. */
const MAX_POINTS = 11_000;
/** Every minute is counted in so many points. */
const MAX_OVERLAP = 1_000;
/** The last moment that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999n;
const NANOS_PER_MS = 1_000_000n;

type GridParams = Pick<MetricsParams, 'endMs' | 'lookbackMs' | 'stepMs' | 'ratePerMs'>;

export function pointGridOf(params: GridParams): PointGrid {
  const endMs = withinTime(params.endMs);
  const lookbackMs = Math.min(withinTime(params.lookbackMs), endMs);
  const stepMs = inMinutes(params.stepMs);
  const ratePerMs = inMinutes(params.ratePerMs);
  if (lookbackMs / stepMs > MAX_POINTS) throw tooManyPoints(params);
  if (ratePerMs / stepMs > MAX_OVERLAP) throw tooMuchOverlap(params.ratePerMs, stepMs);
  if (params.lookbackMs < 0n) return { momentsMs: [], stepMs, ratePerMs };

  const momentsMs: number[] = [];
  const firstMs = Math.ceil((endMs - lookbackMs) / stepMs) * stepMs;
  for (let momentMs = firstMs; momentMs < endMs; momentMs += stepMs) momentsMs.push(momentMs);
  return { momentsMs: [...momentsMs, endMs], stepMs, ratePerMs };
}

/** The step that ends at a moment, or in which it lies: how many came before it since 1970. */
export function stepOf(momentMs: number, { stepMs }: Pick<PointGrid, 'stepMs'>): number {
  return Math.ceil(momentMs / stepMs) - 1;
}

/** Of the steps that the moments are about. */
export function windowOf(grid: PointGrid): Window {
  const [firstMs = 0] = grid.momentsMs;
  const fromMs = Math.max(stepOf(firstMs, grid), 0) * grid.stepMs;
  return { fromNanos: nanosOf(fromMs), toNanos: nanosOf(grid.momentsMs.at(-1) ?? 0) };
}

export function nanosOf(ms: number): bigint {
  return BigInt(ms) * NANOS_PER_MS;
}

/** There are no spans before 1970, nor after the year 9999: where times lie beyond makes no difference. */
function withinTime(ms: bigint): number {
  if (ms < 0n) return 0;
  return Number(ms > LAST_MS ? LAST_MS : ms);
}

function inMinutes(ms: bigint): number {
  return Math.max(Math.ceil(withinTime(ms) / MINUTE_MS), 1) * MINUTE_MS;
}

function tooManyPoints({ lookbackMs, stepMs }: GridParams): Fault {
  return new Fault(
    'invalid',
    `a lookback of ${lookbackMs} ms with a step of ${stepMs} ms takes more than ${MAX_POINTS} points in time; ` +
      'ask for a shorter lookback, or for a longer step',
    { field: 'lookback', value: String(lookbackMs) },
  );
}

function tooMuchOverlap(ratePerMs: bigint, stepMs: number): Fault {
  return new Fault(
    'invalid',
    `a ratePer of ${ratePerMs} ms is more than ${MAX_OVERLAP} steps of ${stepMs} ms; ` +
      'ask for a shorter ratePer, or for a longer step',
    { field: 'ratePer', value: String(ratePerMs) },
  );
}
