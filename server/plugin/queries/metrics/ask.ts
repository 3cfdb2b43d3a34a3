import { z } from 'zod';
import type { Dimension, MetricsQuery } from '../../../../src/contract/parse-query.ts';
import type { Metric } from '../../../../src/contract/query.ts';
import type { SpanSelection } from '../../../../src/contract/span-selection.ts';
import { Fault } from '../../../errors/fault.ts';
import { UpstreamError } from '../../instance/upstream.ts';
import { executedPost } from '../executed.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { nanos, readAnswer } from '../read-answer.ts';
import { attributeBody, selectionBody } from '../selection-body.ts';
import { windowOf } from '../window.ts';
import { askJaegerMetrics } from './ask-jaeger.ts';
import type { Grid, Measured, MeasuredSeries } from './measured.ts';
import { refusedStep, stepOf } from './step.ts';

const NANOS_PER_MS = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

const POINT = z.object({
  fromNanos: nanos,
  calls: z.number(),
  errors: z.number(),
  durationNanos: z.array(z.number().nullable()).default([]),
});

const RATES = z.object({
  series: z.array(z.object({ labels: z.record(z.string(), z.string()), points: z.array(POINT) })),
  cut: z.boolean().default(false),
  stepNanos: nanos,
});

type Point = z.output<typeof POINT>;
type Series = z.output<typeof RATES>['series'][number];

export async function askMetrics(
  query: MetricsQuery,
  asked: AskedQuery,
  context: QueryContext,
): Promise<Measured> {
  const { upstream, signal } = context;
  const window = windowOf(asked);
  const stepNanos = stepOf(query.stepNanos, asked, window);
  // The first step is asked for whole: half of one would look like a fall.
  const grid = {
    fromNanos: window.fromNanos - (window.fromNanos % stepNanos),
    toNanos: window.toNanos,
    stepNanos,
  };
  refuseTraceDuration(query.selection);
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') return askJaegerMetrics(server, query, grid, context);
  const path = '/api/v1/rates';
  const body = {
    ...selectionBody(query.selection, grid),
    stepNanos: String(stepNanos),
    by: query.by.map(dimensionBody),
    quantiles: query.metric === 'duration' ? query.quantiles : [],
    ...(query.limit === undefined ? {} : { maxSeries: query.limit }),
  };
  const answer = readAnswer(RATES, path, await upstream.postJson(path, body, signal));
  // Shorter ones would make more points than anybody can hold.
  if (answer.stepNanos < stepNanos) {
    throw new UpstreamError('failed', `the server answered ${path} with steps of ${answer.stepNanos} ns, and was asked for ${stepNanos}`); // prettier-ignore
  }
  return {
    series: seriesOf(query, answer.series, { ...grid, stepNanos: answer.stepNanos }),
    grid: regrid(grid, answer.stepNanos),
    cut: answer.cut,
    refusedStepNanos: refusedStep(query.stepNanos, answer.stepNanos),
    executed: executedPost(path, body),
  };
}

function refuseTraceDuration({ minTraceDurationNanos, maxTraceDurationNanos }: SpanSelection): void {
  if (minTraceDurationNanos === undefined && maxTraceDurationNanos === undefined) return;
  throw new Fault('invalid', 'metrics are of spans: they cannot be narrowed by the duration of a trace');
}

function dimensionBody(dimension: Dimension): string | object {
  return typeof dimension === 'string' ? dimension : attributeBody(dimension);
}

/** The server may make steps longer than it was asked for. */
function regrid(grid: Grid, stepNanos: bigint): Grid {
  return { ...grid, stepNanos, fromNanos: grid.fromNanos - (grid.fromNanos % stepNanos) };
}

function seriesOf(query: MetricsQuery, found: readonly Series[], grid: Grid): readonly MeasuredSeries[] {
  const { metric, quantiles } = query;
  // Without a grouping there is always one: of no spans, the rate is zero.
  const series = found.length === 0 && query.by.length === 0 ? [{ labels: {}, points: [] }] : found;
  if (metric !== 'duration') {
    return series.map(({ labels, points }) => ({ labels, values: valuesOf(points, READERS[metric], grid) }));
  }
  return series.flatMap(({ labels, points }) =>
    quantiles.map((quantile, at) => ({
      labels,
      quantile,
      values: valuesOf(points, ({ calls, durationNanos }) => msOf(calls, durationNanos[at]), grid),
    })),
  );
}

type Reader = (point: Point, seconds: number) => number | null;

const READERS: Readonly<Record<Exclude<Metric, 'duration'>, Reader>> = {
  rate: ({ calls }, seconds) => calls / seconds,
  count: ({ calls }) => calls,
  errors: ({ errors }) => errors,
  errorRate: ({ calls, errors }) => (calls === 0 ? null : errors / calls),
};

function msOf(calls: number, nanos: number | null | undefined): number | null {
  return calls === 0 || nanos === undefined || nanos === null ? null : nanos / NANOS_PER_MS;
}

function valuesOf(points: readonly Point[], read: Reader, grid: Grid): ReadonlyMap<bigint, number | null> {
  return new Map(points.map((point) => [point.fromNanos, read(point, secondsOf(point.fromNanos, grid))]));
}

/** Of the last step only so much has passed as lies in the range. */
function secondsOf(fromNanos: bigint, { toNanos, stepNanos }: Grid): number {
  const rest = toNanos - fromNanos;
  const length = rest > 0n && rest < stepNanos ? rest : stepNanos;
  return Number(length) / NANOS_PER_SECOND;
}
