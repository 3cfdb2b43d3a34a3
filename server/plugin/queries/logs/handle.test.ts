import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, cannedUpstream, valuesOf } from '../canned-upstream.fixture.ts';
import { expectGoldenFrames } from '../golden.fixture.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const PATH = 'POST /api/v1/spans';
const text = (key: string, value: unknown): object => ({ key, type: 'string', value });
const SPANS = {
  spans: [
    {
      traceId: 'a0000000000000000000000000000001',
      spanId: '0000000000000002',
      parentSpanId: null,
      service: 'cart',
      name: 'POST /cart',
      kind: 'server',
      status: 'unset',
      statusMessage: '',
      startNanos: '1706678909000000000',
      durationNanos: '1999',
      columns: [],
      events: [
        {
          timeNanos: '1706678909000000001',
          name: 'exception',
          attributes: [
            text('exception.type', 'TypeError'),
            text('exception.message', 'x is undefined'),
            text('exception.stacktrace', 'at a\nat b'),
          ],
        },
        {
          timeNanos: '1706678909000000003',
          name: 'retry',
          attributes: [text('level', 'WARN'), text('attempt', 2)],
        },
        { timeNanos: '1706678909000000002', name: '', attributes: [text('message', 'hello')] },
        { timeNanos: '1706678909000000000', name: 'bare', attributes: [] },
      ],
    },
    {
      traceId: 'a0000000000000000000000000000001',
      spanId: '0000000000000003',
      parentSpanId: '0000000000000002',
      service: 'stock',
      name: 'SELECT',
      kind: 'client',
      status: 'error',
      statusMessage: '',
      startNanos: '1706678908000000000',
      durationNanos: '1',
      columns: [],
      events: [{ timeNanos: '1706678910000000000', name: 'closed', attributes: [] }],
    },
  ],
  cursor: 'next',
};
const HAS_EVENTS = { op: 'exists', args: [{ field: { name: 'name', level: 'event' } }] };

test('events as lines, the newest first', async () => {
  const upstream = cannedUpstream('spanhouse', { [PATH]: SPANS });
  expectGoldenFrames(join(TESTDATA, 'events.frames.json'), await ask({ queryType: 'logs' }, upstream));
});

test('of spans that have events, and are what the query asks for', async () => {
  const upstream = cannedUpstream('spanhouse', { [PATH]: { spans: [], cursor: null } });
  const [frame] = await ask({ queryType: 'logs', service: 'cart', status: 'error', limit: 5 }, upstream);
  await ask({ queryType: 'logs' }, upstream);
  const window = { fromNanos: '1706678400000000000', toNanos: '1706679300000000000' };
  const error = {
    op: 'eq',
    args: [{ field: { name: 'status', level: 'span' } }, { scalar: { value: 'error' } }],
  };
  expect(upstream.made.map(({ body }) => body)).toEqual([
    {
      ...window,
      services: ['cart'],
      filter: { op: 'and', args: [{ call: HAS_EVENTS }, { call: error }] },
      sort: 'start',
      limit: 5,
      with: ['events'],
    },
    { ...window, filter: HAS_EVENTS, sort: 'start', limit: 100, with: ['events'] },
  ]);
  expect(valuesOf(frame!)['body']).toEqual([]);
});

test('of one trace, whatever else the query says', async () => {
  const span = {
    traceId: 'a0000000000000000000000000000001',
    spanId: '0000000000000002',
    name: 'POST /cart',
    startTimeUnixNano: '1706678909000000000',
    endTimeUnixNano: '1706678909000001999',
    status: { code: 2 },
    events: [
      { timeUnixNano: '1706678909000000001', name: 'first' },
      { timeUnixNano: '1706678909000000002', name: 'second' },
    ],
  };
  const upstream = cannedUpstream('spanhouse', {
    'GET /api/v1/traces/a1': { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
  });
  const [frame] = await ask({ queryType: 'logs', query: 'A1', service: 'other' }, upstream);
  const { body, id, severity } = valuesOf(frame!);
  expect(body).toEqual(['second', 'first']);
  expect(id).toEqual([`${span.traceId}-${span.spanId}-1`, `${span.traceId}-${span.spanId}-0`]);
  expect(severity).toEqual(['error', 'error']);
});

test('how many spans have events over time, by level', async () => {
  const point = (minute: number, calls: number): object => ({
    fromNanos: String(1_706_678_400_000_000_000n + BigInt(minute) * 60_000_000_000n),
    calls,
    errors: 0,
    durationNanos: [],
  });
  const upstream = cannedUpstream('spanhouse', {
    'POST /api/v1/rates': {
      stepNanos: '60000000000',
      series: [
        { labels: { status: 'unset' }, points: [point(0, 5), point(2, 1)] },
        { labels: { status: 'ok' }, points: [point(0, 2)] },
        { labels: { status: 'error' }, points: [point(1, 3)] },
      ],
    },
  });
  const asked = { fromMs: 1_706_678_400_000, toMs: 1_706_678_579_999 };
  const frames = await ask({ queryType: 'logs', service: 'cart', volume: true }, upstream, asked);
  expect(upstream.made[0]!.body).toMatchObject({ services: ['cart'], filter: HAS_EVENTS, by: ['status'] });
  expect(frames.map(({ fields }) => [fields[1]!.labels, fields[1]!.values])).toEqual([
    [{ level: 'error' }, [0, 3, 0]],
    [{ level: 'info' }, [7, 0, 1]],
  ]);
});

test('no Jaeger counts events', async () => {
  const asked = ask({ queryType: 'logs', volume: true }, cannedUpstream('jaeger-first', {}));
  await expect(asked).rejects.toThrow(/cannot count the events of spans/);
});
