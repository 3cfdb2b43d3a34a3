import { z } from 'zod';
import type { FilterCall } from '../../../../src/contract/filter.ts';
import { SPAN_KINDS } from '../../../../src/contract/filter-tree.ts';
import type { MetricsQuery } from '../../../../src/contract/parse-query.ts';
import type { Metric } from '../../../../src/contract/query.ts';
import type { SpanSelection } from '../../../../src/contract/span-selection.ts';
import type { ServerKind } from '../../instance/upstream.ts';
import { cannot } from '../cannot.ts';
import { executedGet } from '../executed.ts';
import type { QueryContext } from '../query-handler.ts';
import { readAnswer } from '../read-answer.ts';
import type { Grid, Measured, MeasuredSeries } from './measured.ts';
import { refusedStep } from './step.ts';

type Jaeger = Exclude<ServerKind, 'spanhouse'>;
type JaegerMetric = Exclude<Metric, 'count' | 'errors'>;

const NANOS_PER_MS = 1_000_000n;

const FAMILY = z.object({
  metrics: z
    .array(
      z.object({
        labels: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
        metricPoints: z
          .array(
            z.object({
              gaugeValue: z.object({ doubleValue: z.union([z.number(), z.string()]) }),
              timestamp: z.iso.datetime({ offset: true }),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

type FamilyMetric = z.output<typeof FAMILY>['metrics'][number];

const PATHS: Readonly<Record<JaegerMetric, string>> = {
  rate: '/api/metrics/calls',
  errorRate: '/api/metrics/errors',
  duration: '/api/metrics/latencies',
};

/** Jaeger's own metrics of services, with the few questions that they answer. */
export async function askJaegerMetrics(
  server: Jaeger,
  query: MetricsQuery,
  grid: Grid,
  { upstream, signal }: QueryContext,
): Promise<Measured> {
  const { metric, quantiles, selection } = query;
  if (metric === 'count' || metric === 'errors') {
    throw cannot(
      server,
      `count ${metric === 'count' ? 'spans' : 'errors'}: ask for the rate or the error rate`,
    );
  }
  const params = paramsOf(server, query, grid);
  const requests = metric === 'duration' ? quantiles.map((quantile) => ({ quantile })) : [{}];
  const path = PATHS[metric];
  const asked = requests.map(({ quantile }: { readonly quantile?: number }) => {
    const one = new URLSearchParams(params);
    if (quantile !== undefined) one.set('quantile', String(quantile));
    return { one, quantile };
  });
  const series = await Promise.all(
    asked.map(async ({ one, quantile }) => {
      const { metrics } = readAnswer(FAMILY, path, await upstream.getJson(path, one, signal));
      return metrics
        .filter(({ labels }) => isOf(selection.operation, labels))
        .map((found) => seriesOf(found, quantile, grid));
    }),
  );
  return {
    series: series.flat(),
    grid,
    cut: false,
    refusedStepNanos: refusedStep(query.stepNanos, grid.stepNanos),
    executed: asked.map(({ one }) => executedGet(path, one)).join('\n'),
  };
}

function paramsOf(server: Jaeger, { selection, by }: MetricsQuery, grid: Grid): URLSearchParams {
  if (selection.service.length === 0) throw cannot(server, 'measure without a service: choose one or more');
  if (by.some((dimension) => dimension !== 'service' && dimension !== 'operation')) {
    throw cannot(server, 'group metrics by anything but service and operation');
  }
  const byOperation = by.includes('operation') || selection.operation.length > 0;
  const stepMs = grid.stepNanos / NANOS_PER_MS;
  const endMs = grid.toNanos / NANOS_PER_MS;
  const params = new URLSearchParams({
    groupByOperation: String(byOperation),
    endTs: String(endMs),
    lookback: String(endMs - grid.fromNanos / NANOS_PER_MS),
    step: String(stepMs),
    ratePer: String(stepMs),
  });
  for (const name of selection.service) params.append('service', name);
  for (const kind of kindsOf(server, selection)) params.append('spanKind', kind);
  return params;
}

/** All kinds unless the query names some: Jaeger itself would take servers alone. */
function kindsOf(server: Jaeger, selection: SpanSelection): readonly string[] {
  const { filter } = selection;
  const kinds = filter === undefined ? SPAN_KINDS : kindValues(filter);
  if (kinds !== undefined && BOUNDS.every((name) => selection[name] === undefined)) return kinds;
  throw cannot(server, 'measure by anything but service, operation and kind');
}

const BOUNDS = [
  'minDurationNanos',
  'maxDurationNanos',
  'minTraceDurationNanos',
  'maxTraceDurationNanos',
] as const satisfies readonly (keyof SpanSelection)[];

function kindValues({ op, args }: FilterCall): readonly string[] | undefined {
  const [reference, constant] = args;
  if (reference === undefined || constant === undefined || !('field' in reference)) return undefined;
  if (reference.field.name !== 'kind') return undefined;
  if (op === 'eq' && 'scalar' in constant) return [constant.scalar.value];
  return op === 'in' && 'list' in constant ? constant.list.values : undefined;
}

/** It knows no single operation: all are asked for. */
function isOf(operations: readonly string[], labels: FamilyMetric['labels']): boolean {
  const operation = labels.find(({ name }) => name === 'operation')?.value;
  return operations.length === 0 || operation === undefined || operations.includes(operation);
}

/** A point tells of the time before it: so it belongs to the step that ends there. */
function seriesOf(
  { labels, metricPoints }: FamilyMetric,
  quantile: number | undefined,
  { stepNanos }: Grid,
): MeasuredSeries {
  const values = metricPoints.map(({ gaugeValue, timestamp }): [bigint, number | null] => {
    const atNanos = BigInt(Date.parse(timestamp)) * NANOS_PER_MS;
    const value = Number(gaugeValue.doubleValue);
    return [((atNanos - 1n) / stepNanos) * stepNanos, Number.isNaN(value) ? null : value];
  });
  return {
    labels: Object.fromEntries(
      labels.map(({ name, value }) => [name === 'service_name' ? 'service' : name, value]),
    ),
    ...(quantile === undefined ? {} : { quantile }),
    values: new Map(values),
  };
}
