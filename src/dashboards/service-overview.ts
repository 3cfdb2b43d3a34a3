import type { KeptQuery } from '../contract/query.ts';
import { createDashboard, type Dashboard, type Placement } from './dashboard.ts';
import {
  ask,
  chosenTrace,
  type Draft,
  heading,
  layOut,
  linkToChosen,
  nodeGraph,
  stat,
  table,
  timeSeries,
} from './panel.ts';
import {
  dataSourceVariable,
  kindVariable,
  operationVariable,
  serviceVariable,
  textVariable,
} from './variable.ts';

export interface ServiceOverviewOptions extends Placement {
  readonly title?: string;
  /** At which the variable stands when the dashboard is opened; none for all. */
  readonly services?: readonly string[];
}

/** Rate, errors and latency of one, several or all services; their worst traces; and who calls whom. */
export function buildServiceOverview(options: ServiceOverviewOptions): Dashboard {
  const { services = [] } = options;
  return createDashboard(options, {
    title: options.title ?? titleFor(services),
    description:
      'How often services are called, how often they fail, how long they take, and the traces to look at.',
    variables: [
      dataSourceVariable(options.dataSource),
      serviceVariable(services),
      operationVariable(),
      kindVariable('entries'),
      textVariable('traceId', 'Trace ID'),
    ],
    panels: layOut([
      numbers(),
      [heading('Rate, errors and latency')],
      byService(),
      byOperation(),
      [heading('Traces')],
      worstTraces(),
      [heading('Who calls whom')],
      [calls()],
      ...chosenTrace('traceId'),
    ]),
  });
}

/** `cart`, `cart and stock`, or the plain name. */
export function titleFor(services: readonly string[]): string {
  if (services.length === 0) return 'Service overview';
  return `Service overview: ${new Intl.ListFormat('en').format(services)}`;
}

const CHOSEN: KeptQuery = { service: '$service', operation: '$operation', kind: '$kind' };
/** What a link to a trace leaves as it is. */
const KEPT = ['datasource', 'service', 'operation', 'kind'];
const BAD_SHARE = 0.05;

function numbers(): readonly Draft[] {
  const box = { w: 6, h: 4 };
  const duration = (quantile: number): KeptQuery => ({
    ...CHOSEN,
    metric: 'duration',
    quantiles: [quantile],
  });
  return [
    stat({
      ...box,
      title: 'Rate',
      unit: 'reqps',
      calc: 'mean',
      source: ask('metrics', { ...CHOSEN, metric: 'rate' }),
    }),
    stat({
      ...box,
      title: 'Error rate',
      unit: 'percentunit',
      calc: 'mean',
      badFrom: BAD_SHARE,
      source: ask('metrics', { ...CHOSEN, metric: 'errorRate' }),
    }),
    stat({
      ...box,
      title: 'Median duration',
      unit: 'ms',
      calc: 'mean',
      source: ask('metrics', duration(0.5)),
    }),
    stat({
      ...box,
      title: 'p99 of the duration',
      unit: 'ms',
      calc: 'mean',
      source: ask('metrics', duration(0.99)),
    }),
  ];
}

function byService(): readonly Draft[] {
  const box = { w: 8, h: 8 };
  const rate: KeptQuery = { ...CHOSEN, metric: 'rate', by: ['service'] };
  const errorRate: KeptQuery = { ...CHOSEN, metric: 'errorRate', by: ['service'] };
  const duration: KeptQuery = { ...CHOSEN, metric: 'duration', quantiles: [0.5, 0.95, 0.99] };
  return [
    timeSeries({ ...box, title: 'Rate by service', unit: 'reqps', source: ask('metrics', rate) }),
    timeSeries({
      ...box,
      title: 'Error rate by service',
      unit: 'percentunit',
      source: ask('metrics', errorRate),
    }),
    timeSeries({ ...box, title: 'Duration', unit: 'ms', source: ask('metrics', duration) }),
  ];
}

function byOperation(): readonly Draft[] {
  const box = { w: 8, h: 8 };
  const by = ['service', 'operation'];
  const limit = 10;
  const query = (metric: KeptQuery): KeptQuery => ({ ...CHOSEN, ...metric, by, limit });
  return [
    timeSeries({
      ...box,
      title: 'Rate by operation',
      unit: 'reqps',
      source: ask('metrics', query({ metric: 'rate' })),
    }),
    timeSeries({
      ...box,
      title: 'Errors by operation',
      unit: 'short',
      source: ask('metrics', query({ metric: 'errors' })),
    }),
    timeSeries({
      ...box,
      title: 'p95 of the duration by operation',
      unit: 'ms',
      source: ask('metrics', query({ metric: 'duration', quantiles: [0.95] })),
    }),
  ];
}

function worstTraces(): readonly Draft[] {
  const box = { w: 12, h: 10, overrides: [linkToChosen('duration', KEPT)] };
  return [
    table({
      ...box,
      title: 'Slowest traces',
      source: ask('search', { ...CHOSEN, sort: 'duration', limit: 20 }),
    }),
    table({
      ...box,
      title: 'Failing traces',
      source: ask('search', { ...CHOSEN, status: 'error', sort: 'start', limit: 20 }),
    }),
  ];
}

function calls(): Draft {
  const source = ask('dependencyGraph', { service: '$service' });
  return nodeGraph({ title: 'Calls between services', w: 24, h: 14, source });
}
