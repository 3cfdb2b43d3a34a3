import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KeptQuery } from '../../../../src/contract/query.ts';
import { ask, cannedUpstream, valuesOf } from '../canned-upstream.fixture.ts';
import { expectGoldenFrames } from '../golden.fixture.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const PATH = 'POST /api/v1/rates';
/** Of the first, the third and the last minute of five. */
const POINTS = [
  { fromNanos: '1706678400000000000', calls: 60, errors: 6, durationNanos: [1_000_000, 2_500_000] },
  { fromNanos: '1706678520000000000', calls: 0, errors: 0, durationNanos: [null, null] },
  { fromNanos: '1706678640000000000', calls: 30, errors: 30, durationNanos: [3_000_000, 4_000_000] },
];
const RATES = {
  series: [
    { labels: { service: 'cart', 'http.route': '/a' }, points: POINTS },
    { labels: { service: 'cart', 'http.route': '' }, points: POINTS.slice(0, 1) },
  ],
  cut: true,
  stepNanos: '60000000000',
};
const FIVE_MINUTES = { fromMs: 1_706_678_400_000, toMs: 1_706_678_669_999 };

describe('of the server itself', () => {
  test.each(['rate', 'count', 'errors', 'errorRate', 'duration'])('%s', async (metric) => {
    const upstream = cannedUpstream('spanhouse', { [PATH]: RATES });
    const kept = {
      queryType: 'metrics',
      metric,
      by: ['service', 'http.route'],
      quantiles: [0.5, 0.999],
      limit: 2,
    };
    expectGoldenFrames(join(TESTDATA, `${metric}.frames.json`), await ask(kept, upstream, FIVE_MINUTES));
  });

  test.each(['0', '-1', '1'])('steps of %s ns, which would be points without end, are refused', async (stepNanos) => {
    const upstream = cannedUpstream('spanhouse', { [PATH]: { ...RATES, stepNanos } });
    await expect(ask({ queryType: 'metrics' }, upstream)).rejects.toMatchObject({ kind: 'failed' });
  }); // prettier-ignore

  test('the first step is whole and the last one as long as the range lets it', async () => {
    const upstream = cannedUpstream('spanhouse', {
      [PATH]: { ...RATES, series: [{ labels: {}, points: POINTS }] },
    });
    const range = { fromMs: 1_706_678_430_000, toMs: 1_706_678_669_999 };
    const [frame] = await ask({ queryType: 'metrics' }, upstream, range);
    expect(upstream.made[0]!.body).toEqual({
      fromNanos: '1706678400000000000',
      toNanos: '1706678670000000000',
      stepNanos: '60000000000',
      by: [],
      quantiles: [],
    });
    // Thirty calls in thirty seconds.
    expect(valuesOf(frame!)).toEqual({
      time: [0, 1, 2, 3, 4].map((minute) => 1_706_678_400_000 + minute * 60_000),
      rate: [1, 0, 0, 0, 1],
    });
  });

  test('a step that makes too many points is made longer, and it is said', async () => {
    const upstream = cannedUpstream('spanhouse', {
      [PATH]: { series: [], cut: false, stepNanos: '10000000000' },
    });
    const day = { fromMs: 1_706_659_200_000, toMs: 1_706_745_599_999 };
    const [frame] = await ask({ queryType: 'metrics', step: '1s' }, upstream, day);
    expect(upstream.made[0]!.body).toMatchObject({ stepNanos: '10000000000' });
    expect(frame!.meta?.notices).toEqual([
      {
        severity: 'info',
        text: 'The step is 10s, because 1s would make too many points of this time range.',
      },
    ]);
  });

  test('the step of the server counts', async () => {
    const answer = {
      series: [{ labels: {}, points: POINTS.slice(0, 1) }],
      cut: false,
      stepNanos: '120000000000',
    };
    const [frame] = await ask(
      { queryType: 'metrics', step: '1m' },
      cannedUpstream('spanhouse', { [PATH]: answer }),
      FIVE_MINUTES,
    );
    expect(valuesOf(frame!)).toEqual({
      time: [1_706_678_400_000, 1_706_678_520_000, 1_706_678_640_000],
      rate: [0.5, 0, 0],
    });
  });

  test.each<[KeptQuery, object[]]>([
    [{}, [{ time: [1_706_678_400_000], rate: [0] }]],
    [{ metric: 'errorRate' }, [{ time: [1_706_678_400_000], errorRate: [null] }]],
    [{ metric: 'duration', quantiles: [0.5] }, [{ time: [1_706_678_400_000], duration: [null] }]],
    [{ by: ['service'] }, [{}]],
  ])('nothing found: %j', async (kept, want) => {
    const upstream = cannedUpstream('spanhouse', {
      [PATH]: { series: [], cut: false, stepNanos: '60000000000' },
    });
    const minute = { fromMs: 1_706_678_400_000, toMs: 1_706_678_459_999 };
    const frames = await ask({ queryType: 'metrics', ...kept }, upstream, minute);
    expect(frames.map(valuesOf)).toEqual(want);
    expect(frames[0]!.meta).toMatchObject({ type: 'timeseries-multi', typeVersion: [0, 1] });
  });

  test('a range of a moment, as alerting may ask', async () => {
    const upstream = cannedUpstream('spanhouse', {
      [PATH]: { series: [], cut: false, stepNanos: '60000000000' },
    });
    const moment = { fromMs: 1_706_678_430_000, toMs: 1_706_678_430_000 };
    const [frame] = await ask({ queryType: 'metrics' }, upstream, moment);
    expect(valuesOf(frame!)).toEqual({ time: [1_706_678_400_000], rate: [0] });
  });

  test('not by the duration of a trace', async () => {
    const kept = { queryType: 'metrics', minTraceDuration: '1s' };
    await expect(ask(kept, cannedUpstream('spanhouse', {}))).rejects.toMatchObject({
      code: 'invalid',
      message: 'metrics are of spans: they cannot be narrowed by the duration of a trace',
    });
  });
});

describe('of a plain Jaeger', () => {
  const family = (value: number | string): object => ({
    name: 'service_operation_latencies',
    type: 'GAUGE',
    metrics: ['GET /', 'tick'].map((operation) => ({
      labels: [
        { name: 'service_name', value: 'cart' },
        { name: 'operation', value: operation },
      ],
      metricPoints: [
        { gaugeValue: { doubleValue: value }, timestamp: '2024-01-31T05:21:00Z' },
        { gaugeValue: { doubleValue: 'NaN' }, timestamp: '2024-01-31T05:22:00Z' },
      ],
    })),
  });

  test('one request a quantile', async () => {
    const upstream = cannedUpstream('jaeger-first', { 'GET /api/metrics/latencies': family(12.5) });
    const kept = {
      queryType: 'metrics',
      metric: 'duration',
      service: 'cart',
      operation: 'GET /',
      quantiles: [0.5, 0.95],
    };
    const range = { fromMs: 1_706_678_400_000, toMs: 1_706_678_519_999 };
    const frames = await ask({ ...kept, kind: 'server' }, upstream, range);
    const line =
      'GET /api/metrics/latencies?groupByOperation=true&endTs=1706678520000&lookback=120000&step=60000&ratePer=60000&service=cart&spanKind=server&quantile=';
    expect(upstream.made).toEqual([{ line: `${line}0.5` }, { line: `${line}0.95` }]);
    expect(frames.map(({ name }) => name)).toEqual(['p50 cart GET /', 'p95 cart GET /']);
    expect(valuesOf(frames[0]!)).toEqual({
      time: [1_706_678_400_000, 1_706_678_460_000],
      duration: [12.5, null],
    });
    expect(frames[0]!.fields[1]!.labels).toEqual({ service: 'cart', operation: 'GET /', quantile: '0.5' });
  });

  test.each<[KeptQuery, string]>([
    [{ metric: 'count' }, 'count spans: ask for the rate or the error rate'],
    [{ metric: 'errors' }, 'count errors: ask for the rate or the error rate'],
    [{ service: '' }, 'measure without a service: choose one or more'],
    [{ by: ['status'] }, 'group metrics by anything but service and operation'],
    [{ by: ['http.route'] }, 'group metrics by anything but service and operation'],
    [{ tags: 'a=b' }, 'measure by anything but service, operation and kind'],
    [{ minDuration: '1s' }, 'measure by anything but service, operation and kind'],
  ])('not %j', async (kept, what) => {
    const upstream = cannedUpstream('jaeger-second', {});
    await expect(ask({ queryType: 'metrics', service: 'cart', ...kept }, upstream)).rejects.toMatchObject({
      code: 'unimplemented',
      message: `this server (Jaeger's second generation API) cannot ${what}`,
    });
  });
});
