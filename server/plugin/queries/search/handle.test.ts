import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, cannedUpstream, refused, valuesOf } from '../canned-upstream.fixture.ts';
import { expectGoldenFrames } from '../golden.fixture.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const ofTrace = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../trace/testdata', name), 'utf8'));

const FOUND = {
  traces: [
    {
      traceId: 'a0000000000000000000000000000001',
      startNanos: '1706678909000000001',
      durationNanos: '123456789',
      spanCount: 12,
      errorCount: 1,
      orphanCount: 0,
      rootService: 'gateway',
      rootName: 'GET /',
      services: [{ name: 'cart', spanCount: 3, errorCount: 1 }],
      span: {
        spanId: '0000000000000002',
        service: 'cart',
        name: 'POST /cart',
        kind: 'server',
        status: 'error',
        startNanos: '1706678909000000002',
        durationNanos: '999',
        columns: ['500', null],
      },
    },
    {
      traceId: 'a0000000000000000000000000000002',
      startNanos: '1706678908000000000',
      durationNanos: '999',
      spanCount: 1,
      errorCount: 0,
      orphanCount: 0,
      rootService: 'cart',
      rootName: 'tick',
      services: [{ name: 'cart', spanCount: 1, errorCount: 0 }],
      span: {
        spanId: '0000000000000001',
        service: 'cart',
        name: 'tick',
        kind: 'internal',
        status: 'unset',
        startNanos: '1706678908000000000',
        durationNanos: '999',
        columns: ['200', 'pod-1'],
      },
    },
  ],
  cursor: 'next',
};

const SPANS = {
  spans: [
    {
      traceId: 'a0000000000000000000000000000001',
      spanId: '0000000000000002',
      parentSpanId: null,
      service: 'cart',
      name: 'POST /cart',
      kind: 'server',
      status: 'error',
      statusMessage: 'out of cheese',
      startNanos: '1706678909000000002',
      durationNanos: '1999',
      columns: ['500'],
    },
  ],
  cursor: null,
};

const WINDOW = { fromNanos: '1706678400000000000', toNanos: '1706679300000000000' };

describe('traces', () => {
  test('as a table', async () => {
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': FOUND });
    const kept = { queryType: 'search', limit: 2, columns: ['http.status_code', 'resource.k8s.pod'] };
    expectGoldenFrames(join(TESTDATA, 'traces.frames.json'), await ask(kept, upstream));
  });

  test('are asked for by all that the query says', async () => {
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': { traces: [], cursor: null } });
    const kept = {
      queryType: 'search',
      service: '["cart","stock"]',
      operation: 'GET /',
      status: 'error',
      minDuration: '1ms',
      maxDuration: '1s',
      minTraceDuration: '2ms',
      maxTraceDuration: '2s',
      sort: 'duration',
      limit: '50',
      columns: ['http.route', 'resource.k8s.pod'],
    };
    await ask(kept, upstream);
    expect(upstream.made).toEqual([
      {
        line: 'POST /api/v1/search',
        body: {
          ...WINDOW,
          services: ['cart', 'stock'],
          operations: ['GET /'],
          filter: {
            op: 'eq',
            args: [{ field: { name: 'status', level: 'span' } }, { scalar: { value: 'error' } }],
          },
          minDurationNanos: '1000000',
          maxDurationNanos: '1000000000',
          minTraceDurationNanos: '2000000',
          maxTraceDurationNanos: '2000000000',
          sort: 'duration',
          limit: 50,
          columns: [{ key: 'http.route' }, { key: 'k8s.pod', level: 'resource' }],
        },
      },
    ]);
  });

  test.each([
    [{}, {}, 20],
    [{}, { defaultLimit: 7 }, 7],
    [{ limit: 3 }, { defaultLimit: 7 }, 3],
  ])('by the limit of the query %j or of the data source %j', async (kept, json, limit) => {
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': { traces: [], cursor: null } });
    await ask(kept, upstream, { json });
    expect(upstream.made[0]!.body).toEqual({ ...WINDOW, sort: 'start', limit });
  });

  test('ranked among some', async () => {
    const answer = { ...FOUND, cursor: null, ranked: 10_000 };
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': answer });
    const [frame] = await ask({ sort: 'spans' }, upstream);
    expect(frame!.meta?.notices).toEqual([
      {
        severity: 'warning',
        text: 'The order is that of the newest 10000 traces that match, not of all that do.',
      },
    ]);
  });

  test('none are an empty table', async () => {
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': { traces: [], cursor: null } });
    const [frame] = await ask({}, upstream);
    expect(frame!.meta?.notices).toBeUndefined();
    expect(frame!.fields.map(({ values }) => values.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('an answer of another shape is told by its place', async () => {
    const answer = { traces: [{ ...FOUND.traces[0], startNanos: 'soon' }] };
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/search': answer });
    await expect(ask({}, upstream)).rejects.toMatchObject({
      name: 'UpstreamError',
      kind: 'failed',
      message: expect.stringMatching(
        /^the server's answer to \/api\/v1\/search cannot be read at traces\.0\.startNanos: /,
      ) as string,
    });
  });
});

describe('spans', () => {
  test('as a table', async () => {
    const upstream = cannedUpstream('spanhouse', { 'POST /api/v1/spans': SPANS });
    const kept = { queryType: 'search', rows: 'spans', columns: ['http.status_code'] } as const;
    expectGoldenFrames(join(TESTDATA, 'spans.frames.json'), await ask(kept, upstream));
  });

  test.each(['jaeger-first', 'jaeger-second'] as const)('%s has none', async (kind) => {
    await expect(ask({ rows: 'spans' }, cannedUpstream(kind, {}))).rejects.toMatchObject({
      code: 'unimplemented',
      message: `this server (Jaeger's ${kind === 'jaeger-first' ? 'first' : 'second'} generation API) cannot list single spans: ask for traces`,
    });
  });
});

describe('of a plain Jaeger', () => {
  const both = {
    data: ['kinds-and-statuses', 'one-span'].flatMap(
      (name) => (ofTrace(`${name}.jaeger.json`) as { data: unknown[] }).data,
    ),
  };

  test('are made of its traces', async () => {
    const upstream = cannedUpstream('jaeger-first', { 'GET /api/traces': both });
    const kept = { service: 'shop', limit: 2, columns: ['host.name', 'span.span.kind'] };
    expectGoldenFrames(join(TESTDATA, 'jaeger.frames.json'), await ask(kept, upstream));
  });

  test('are the same in its second generation', async () => {
    const answer = { result: ofTrace('kinds-and-statuses.otlp.json') };
    const second = cannedUpstream('jaeger-second', { 'GET /api/v3/traces': answer });
    const first = cannedUpstream('jaeger-first', {
      'GET /api/traces': ofTrace('kinds-and-statuses.jaeger.json'),
    });
    const kept = { service: 'shop' };
    expect(valuesOf((await ask(kept, second))[0]!)).toEqual(valuesOf((await ask(kept, first))[0]!));
  });

  test('that finds nothing are none', async () => {
    const upstream = cannedUpstream('jaeger-second', {
      'GET /api/v3/traces': refused(404, 'No traces found'),
    });
    const [frame] = await ask({}, upstream);
    expect(frame!.fields[0]!.values).toEqual([]);
  });

  test('of several services are asked for one by one, and told once', async () => {
    const upstream = cannedUpstream('jaeger-first', { 'GET /api/traces': both });
    const [frame] = await ask({ service: '["shop","telemetrygen"]', sort: 'spans' }, upstream);
    expect(upstream.made.map(({ line }) => /service=(\w+)/.exec(line)?.[1])).toEqual([
      'shop',
      'telemetrygen',
    ]);
    expect(valuesOf(frame!)['spanCount']).toEqual([18, 1]);
    expect(frame!.meta?.notices?.map(({ text }) => text)).toEqual([
      'The order is that of the newest 2 traces that match, not of all that do.',
    ]);
  });
});
