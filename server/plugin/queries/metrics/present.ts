import { printDuration } from '../../../../src/contract/duration.ts';
import type { Metric } from '../../../../src/contract/query.ts';
import { type FieldConfig, type Frame, type FrameMeta, type Notice, timeField } from '../../frames/frame.ts';
import type { Grid, Measured, MeasuredSeries } from './measured.ts';

const UNITS: Readonly<Record<Metric, string>> = {
  rate: 'reqps',
  count: 'short',
  errors: 'short',
  errorRate: 'percentunit',
  duration: 'ms',
};

/** What a step without spans has: nothing of what can be counted; of the rest nothing can be said. */
const EMPTY_STEP: Readonly<Record<Metric, number | null>> = {
  rate: 0,
  count: 0,
  errors: 0,
  errorRate: null,
  duration: null,
};

/** A frame a series, as alerting and expressions want them. */
export function presentMetrics(measured: Measured, metric: Metric, refId: string): readonly Frame[] {
  const { series, grid } = measured;
  const meta = metaOf(measured);
  if (series.length === 0) return [{ name: metric, refId, meta, fields: [] }];
  const moments = momentsOf(grid);
  const times = timeField('time', moments, { interval: Number(grid.stepNanos / 1_000_000n) });
  return series.map((one, at) => ({
    name: nameOf(metric, one),
    refId,
    // What is said of all stands once.
    meta: at === 0 ? meta : TYPE,
    fields: [
      times,
      {
        name: metric,
        type: 'float64',
        nullable: true,
        labels: labelsOf(one),
        config: configOf(metric, one),
        values: moments.map((moment) => one.values.get(moment) ?? EMPTY_STEP[metric]),
      },
    ],
  }));
}

const TYPE = { type: 'timeseries-multi', typeVersion: [0, 1] } as const satisfies FrameMeta;

const CUT: Notice = {
  severity: 'warning',
  text: 'Only the busiest series are shown; there are more. Raise the limit, or group by less.',
};

function metaOf({ cut, grid, refusedStepNanos, executed }: Measured): FrameMeta {
  const notices = [
    ...(cut ? [CUT] : []),
    ...(refusedStepNanos === undefined ? [] : [lengthened(refusedStepNanos, grid.stepNanos)]),
  ];
  return { ...TYPE, executedQueryString: executed, ...(notices.length === 0 ? {} : { notices }) };
}

function lengthened(asked: bigint, used: bigint): Notice {
  return {
    severity: 'info',
    text: `The step is ${printDuration(used)}, because ${printDuration(asked)} would make too many points of this time range.`,
  };
}

function momentsOf({ fromNanos, toNanos, stepNanos }: Grid): readonly bigint[] {
  const count = Number((toNanos - fromNanos + stepNanos - 1n) / stepNanos);
  return Array.from({ length: count }, (_, at) => fromNanos + BigInt(at) * stepNanos);
}

function labelsOf({ labels, quantile }: MeasuredSeries): Readonly<Record<string, string>> {
  return quantile === undefined ? labels : { ...labels, quantile: String(quantile) };
}

function configOf(metric: Metric, series: MeasuredSeries): FieldConfig {
  return {
    displayNameFromDS: nameOf(metric, series),
    unit: UNITS[metric],
    ...(metric === 'errorRate' ? { min: 0 } : {}),
  };
}

/** What tells the series from its neighbours, as a legend shows it. */
function nameOf(metric: Metric, { labels, quantile }: MeasuredSeries): string {
  const words = [
    ...(quantile === undefined ? [] : [`p${Number((quantile * 100).toPrecision(12))}`]),
    // Spans without an attribute have it empty.
    ...Object.values(labels).map((value) => (value === '' ? '(none)' : value)),
  ];
  return words.length === 0 ? metric : words.join(' ');
}
