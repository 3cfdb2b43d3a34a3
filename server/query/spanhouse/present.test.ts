import { describe, expect, test } from 'vitest';
import type { Span } from '../../span/span.ts';
import { attribute, makeSpan } from '../../store/conformance.fixture.ts';
import type { TraceSummary } from '../../store/trace-store.ts';
import { presentEdge, presentSeries, presentSpan, presentTrace } from './present.ts';

const SPAN: Span = {
  ...makeSpan({ trace: 1, span: 2, parent: 3, name: 'GET /', kind: 'server', status: 'error', resourceKey: 'region' }),
  startNanos: 1_700_000_000_000_000_001n,
  durationNanos: 9_007_199_254_740_993n,
  statusMessage: 'out of cheese',
  attributes: [
    attribute('k', 'span'),
    { key: 'count', value: { type: 'int', value: 9_223_372_036_854_775_807n } },
    attribute('twice', 'a'),
    attribute('twice', 'b'),
  ],
  events: [
    { timeNanos: 5n, name: 'first', attributes: [], droppedAttributesCount: 0 },
    {
      timeNanos: 6n,
      name: 'second',
      attributes: [attribute('cause', 'v'), { key: 'ok', value: { type: 'bool', value: true } }],
      droppedAttributesCount: 0,
    },
  ],
}; // prettier-ignore

const SUMMARY: TraceSummary = {
  traceId: SPAN.traceId,
  startNanos: 1_700_000_000_000_000_000n,
  endNanos: 1_700_000_000_000_000_500n,
  spanCount: 3,
  errorCount: 1,
  orphanCount: 2,
  rootService: 'shop',
  rootName: 'GET /',
  hasRoot: true,
  services: [{ service: 'shop', spanCount: 3, errorCount: 1 }],
};

const column = (key: string, level?: 'span' | 'resource' | 'scope' | 'event' | 'link') => ({ key, level });

describe('columns', () => {
  test.each([
    [column('k'), 'span'],
    [column('k', 'span'), 'span'],
    [column('k', 'resource'), null],
    [column('region'), 'v'],
    [column('region', 'span'), null],
    [column('cause'), 'v'],
    [column('cause', 'event'), 'v'],
    [column('cause', 'link'), null],
    [column('count'), '9223372036854775807'],
    [column('twice'), 'a'],
    [column('service.name', 'resource'), 'shop'],
    [column('nobody', 'scope'), null],
  ])('%j', (one, want) => {
    const shown = JSON.parse(presentSpan(SPAN, { columns: [one], withEvents: false })) as {
      columns: unknown;
    };
    expect(shown.columns).toEqual([want]);
  });
});

test('a span, with its events and without', () => {
  const plain = {
    traceId: '00000000000000000000000000000001',
    spanId: '0000000000000002',
    parentSpanId: '0000000000000003',
    service: 'shop',
    name: 'GET /',
    kind: 'server',
    status: 'error',
    statusMessage: 'out of cheese',
    startNanos: '1700000000000000001',
    durationNanos: '9007199254740993',
    columns: [],
  };
  expect(JSON.parse(presentSpan(SPAN, { columns: [], withEvents: false }))).toEqual(plain);
  expect(JSON.parse(presentSpan(SPAN, { columns: [], withEvents: true }))).toEqual({
    ...plain,
    events: [
      { timeNanos: '5', name: 'first', attributes: [] },
      {
        timeNanos: '6',
        name: 'second',
        attributes: [
          { key: 'cause', type: 'string', value: 'v' },
          { key: 'ok', type: 'bool', value: 'true' },
        ],
      },
    ],
  });
  const root = presentSpan({ ...SPAN, parentSpanId: undefined }, { columns: [], withEvents: false });
  expect(JSON.parse(root)).toMatchObject({ parentSpanId: null });
});

test('a trace, with the span by which it was ranked', () => {
  expect(JSON.parse(presentTrace({ summary: SUMMARY, span: SPAN }, [column('k')]))).toEqual({
    traceId: '00000000000000000000000000000001',
    startNanos: '1700000000000000000',
    durationNanos: '500',
    spanCount: 3,
    errorCount: 1,
    orphanCount: 2,
    rootService: 'shop',
    rootName: 'GET /',
    services: [{ name: 'shop', spanCount: 3, errorCount: 1 }],
    span: {
      spanId: '0000000000000002',
      service: 'shop',
      name: 'GET /',
      kind: 'server',
      status: 'error',
      startNanos: '1700000000000000001',
      durationNanos: '9007199254740993',
      columns: ['span'],
    },
  });
});

test('a series, under the names that were asked for', () => {
  const points = [{ fromNanos: 60n, calls: 2, errors: 1, durationNanos: [1.4, 2.6] }];
  expect(JSON.parse(presentSeries({ values: ['shop', ''], points }, ['service', 'resource.pod']))).toEqual({
    labels: { service: 'shop', 'resource.pod': '' },
    points: [{ fromNanos: '60', calls: 2, errors: 1, durationNanos: [1, 3] }],
  });
});

test('an edge', () => {
  const edge = { parent: 'a', child: 'b', calls: 2, errors: 1, p50Nanos: 1.4, p95Nanos: 2.6 };
  expect(presentEdge(edge)).toEqual({ ...edge, p50Nanos: 1, p95Nanos: 3 });
});
