import { Fault } from '../../../errors/fault.ts';
import type { Window } from '../../../store/trace-store.ts';
import type { MetricsParams } from './params.ts';

/**
 * The moments at which metrics are given. Calls are counted by the minute, so steps and the time over which rates are taken
 * are whole minutes, rounded up; points lie on multiples of the step since 1970, as the counts do, and the last one is where
 * the query ends, with what has been counted by then.
 */
export interface PointGrid {
  /** Ascending. */
  readonly momentsMs: readonly number[];
  readonly stepMs: number;
  readonly ratePerMs: number;
  /** The longest time of which both the step and the rate's are multiples. */
  readonly unitMs: number;
}

const MINUTE_MS = 60_000;
/** As many as Prometheus gives. */
const MAX_UNITS = 11_000;
/** The last moment that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999n;
const NANOS_PER_MS = 1_000_000n;

type GridParams = Pick<MetricsParams, 'endMs' | 'lookbackMs' | 'stepMs' | 'ratePerMs'>;

export function pointGridOf(params: GridParams): PointGrid {
  const endMs = withinTime(params.endMs);
  const lookbackMs = Math.min(withinTime(params.lookbackMs), endMs);
  const stepMs = inMinutes(params.stepMs);
  const ratePerMs = inMinutes(params.ratePerMs);
  const unitMs = greatestDivisor(stepMs, ratePerMs);
  if ((lookbackMs + ratePerMs) / unitMs > MAX_UNITS) throw tooFine(params);
  if (params.lookbackMs < 0n) return { momentsMs: [], stepMs, ratePerMs, unitMs };

  const momentsMs: number[] = [];
  const firstMs = Math.ceil((endMs - lookbackMs) / stepMs) * stepMs;
  for (let momentMs = firstMs; momentMs < endMs; momentMs += stepMs) momentsMs.push(momentMs);
  return { momentsMs: [...momentsMs, endMs], stepMs, ratePerMs, unitMs };
}

/** What must be counted so that `beforeMs` before every moment is known. */
export function windowBefore({ momentsMs }: PointGrid, beforeMs: number): Window {
  const fromMs = Math.max((momentsMs[0] ?? 0) - beforeMs, 0);
  return { fromNanos: nanosOf(fromMs), toNanos: nanosOf(momentsMs.at(-1) ?? 0) };
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

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function tooFine({ lookbackMs, stepMs, ratePerMs }: GridParams): Fault {
  return new Fault(
    'invalid',
    `a lookback of ${lookbackMs} ms with a step of ${stepMs} ms and a ratePer of ${ratePerMs} ms takes more than ` +
      `${MAX_UNITS} points in time; ask for a shorter lookback, or for a longer step and a ratePer that is a multiple of it`,
    { field: 'lookback', value: String(lookbackMs) },
  );
}
