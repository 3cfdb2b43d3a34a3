import { type KeptQuery, SORTS } from '../contract/query.ts';
import { createDashboard, type Dashboard, type Json, type Placement } from './dashboard.ts';
import {
  ask,
  chosenTrace,
  column,
  type Draft,
  heading,
  layOut,
  linkToChosen,
  stat,
  table,
  timeSeries,
} from './panel.ts';
import {
  anyOrWord,
  attributesVariable,
  dataSourceVariable,
  kindVariable,
  operationVariable,
  serviceVariable,
  textVariable,
  word,
  wordVariable,
} from './variable.ts';

/** Traces by everything that can be asked of them: as points over time, as a table, and in six numbers. */
export function buildTraces(placement: Placement): Dashboard {
  return createDashboard(placement, {
    title: 'Traces',
    description: 'Search for traces by everything; their durations as points, and in numbers.',
    variables: [
      dataSourceVariable(placement.dataSource),
      serviceVariable(),
      operationVariable(),
      anyOrWord('status', 'Status', ['error', 'ok', 'unset']),
      kindVariable('any'),
      textVariable('minDuration', 'Span takes at least'),
      textVariable('minTraceDuration', 'Trace takes at least'),
      textVariable('maxTraceDuration', 'Trace takes at most'),
      attributesVariable(),
      wordVariable('sort', 'First', SORTS.map(sortOption)),
      wordVariable('limit', 'Traces', ['100', '20', '500', '1000'].map(word)),
      textVariable('traceId', 'Trace ID'),
    ],
    panels: layOut([
      numbers(),
      [points()],
      [list()],
      [heading('Of all spans that match, not only of the traces above')],
      trends(),
      ...chosenTrace('traceId'),
    ]),
  });
}

const SORT_NAMES = {
  start: 'newest',
  duration: 'longest',
  spans: 'most spans',
  errors: 'most errors',
} as const;

function sortOption(sort: keyof typeof SORT_NAMES): { readonly text: string; readonly value: string } {
  return { text: SORT_NAMES[sort], value: sort };
}

/** What both a search and a metric can ask. */
const SPANS: KeptQuery = {
  service: '$service',
  operation: '$operation',
  status: '$status',
  kind: '$kind',
  minDuration: '$minDuration',
};

const SEARCH: KeptQuery = {
  ...SPANS,
  minTraceDuration: '$minTraceDuration',
  maxTraceDuration: '$maxTraceDuration',
  sort: '$sort',
  limit: '$limit',
};

const LIST = 'Trace list';

/** What a link to a trace leaves as it is. */
const KEPT = [
  'datasource',
  'service',
  'operation',
  'status',
  'kind',
  'minDuration',
  'minTraceDuration',
  'maxTraceDuration',
  'attributes',
  'sort',
  'limit',
];

const TO_TRACE = linkToChosen('duration', KEPT);

const NUMBERS = {
  Average: 'mean',
  Min: 'min',
  Max: 'max',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
};

function numbers(): readonly Draft[] {
  const description = 'Of the durations of the traces in the list below.';
  return Object.entries(NUMBERS).map(([title, calc]) =>
    stat({
      title,
      description,
      w: 4,
      h: 4,
      unit: 'µs',
      calc,
      column: 'duration',
      source: { answerOf: LIST },
    }),
  );
}

/** Durations over time, a point a trace. */
function points(): Draft {
  return {
    type: 'xychart',
    title: 'Durations',
    description: 'A point is a trace of the list below; a click on it shows the trace.',
    w: 24,
    h: 10,
    source: { answerOf: LIST },
    fieldConfig: {
      defaults: {
        color: { mode: 'fixed', fixedColor: 'blue' },
        custom: { show: 'points', pointSize: { fixed: 6 }, pointShape: 'circle', fillOpacity: 50 },
      },
      overrides: [TO_TRACE],
    },
    options: {
      mapping: 'manual',
      series: [
        {
          name: { fixed: 'Duration' },
          frame: { matcher: { id: 'byIndex', options: 0 } },
          x: { matcher: { id: 'byName', options: 'startTime' } },
          y: { matcher: { id: 'byName', options: 'duration' } },
        },
      ],
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
    },
  };
}

/** In the order in which people read a list of traces. */
const ORDER = [
  'traceID',
  'startTime',
  'service',
  'spanName',
  'duration',
  'traceName',
  'spanCount',
  'errorCount',
];

function list(): Draft {
  const indexByName = Object.fromEntries(ORDER.map((name, at) => [name, at]));
  const order: Json = { id: 'organize', options: { indexByName, excludeByName: {}, renameByName: {} } };
  return table({
    title: LIST,
    description: 'A row is a trace; service and span are those of the first span that matches.',
    w: 24,
    h: 12,
    source: ask('search', SEARCH),
    overrides: [TO_TRACE, column('traceID', [{ id: 'custom.width', value: 290 }])],
    transformations: [order],
  });
}

function trends(): readonly Draft[] {
  const box = { w: 8, h: 8 };
  const duration: KeptQuery = { ...SPANS, metric: 'duration', quantiles: [0.5, 0.95, 0.99] };
  return [
    timeSeries({
      ...box,
      title: 'Duration over time',
      unit: 'ms',
      source: ask('metrics', duration),
    }),
    timeSeries({
      ...box,
      title: 'Spans over time',
      unit: 'short',
      source: ask('metrics', { ...SPANS, metric: 'count', by: ['status'] }),
    }),
    timeSeries({
      ...box,
      title: 'Error rate over time',
      unit: 'percentunit',
      source: ask('metrics', { ...SPANS, metric: 'errorRate', by: ['service'] }),
    }),
  ];
}
