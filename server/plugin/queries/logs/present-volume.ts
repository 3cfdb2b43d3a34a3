import type { Frame } from '../../frames/frame.ts';
import type { Measured, MeasuredSeries } from '../metrics/measured.ts';
import { presentMetrics } from '../metrics/present.ts';

/** The levels by which Grafana colours lines of a log. */
const LEVELS = ['error', 'info'] as const;

/** A series for each level, of spans by their status: Explore's histogram above the lines. */
export function presentVolume(measured: Measured, refId: string): readonly Frame[] {
  const series = LEVELS.flatMap((level): readonly MeasuredSeries[] => {
    const some = measured.series.filter(({ labels }) => levelOf(labels['status']) === level);
    return some.length === 0 ? [] : [{ labels: { level }, values: sumOf(some) }];
  });
  return presentMetrics({ ...measured, series }, 'count', refId);
}

function levelOf(status: string | undefined): (typeof LEVELS)[number] {
  return status === 'error' ? 'error' : 'info';
}

function sumOf(series: readonly MeasuredSeries[]): ReadonlyMap<bigint, number> {
  const sum = new Map<bigint, number>();
  for (const { values } of series) {
    for (const [moment, value] of values) sum.set(moment, (sum.get(moment) ?? 0) + (value ?? 0));
  }
  return sum;
}
