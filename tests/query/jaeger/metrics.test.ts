import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../../server/clickhouse/engine/embedded.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { createMetricsRoutes } from '../../../server/query/jaeger/metrics/routes.ts';
import { createScrapeRoutes } from '../../../server/query/jaeger/metrics/scrape/routes.ts';
import { createSpace, type Space } from '../../../server/space/space.ts';
import { NOW, call, makeSpan } from '../../../server/store/conformance.fixture.ts';
import { type TestStore, openTestStore } from '../../support/open-test-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Noon of a day that is kept: no test runs over a midnight. */
const NOON = Math.floor(Number(NOW / 1_000_000n) / DAY_MS) * DAY_MS - DAY_MS / 2;
/** Of the server: twenty seconds into the fourth minute. */
const SERVER_NOW = NOON + 3 * MINUTE_MS + 20_000;

const ACME = createSpace('acme', 'shop', 'traces');
const GLOBEX = createSpace('globex', 'shop', 'traces');

let dataDir: string;
let opened: TestStore;
let server: Server;
let base: string;

/** The same trace and span ids in every space; whatever else it says carries the tenant's mark. */
async function fill(space: Space, mark: string, callsOfDb: readonly number[]): Promise<void> {
  const after = (ms: number): number => NOON - Number(NOW / 1_000_000n) + ms;
  const web = { trace: 1, span: 1, service: `${mark}-web`, name: `${mark} /`, kind: 'server' } as const;
  await opened.store.write(
    space,
    [
      makeSpan({ ...web, ms: after(0), durationMs: 500 }),
      ...callsOfDb.map((ms, index) =>
        makeSpan({
          trace: 1,
          span: index + 2,
          parent: 1,
          service: `${mark}-db`,
          name: `${mark} query`,
          kind: 'server',
          ms: after(ms),
          durationMs: 100,
          status: index === 0 ? 'error' : 'unset',
        }),
      ),
      makeSpan({
        trace: 2,
        span: 99,
        service: `${mark}-web`,
        name: 'call',
        kind: 'client',
        ms: after(70_000),
      }),
    ],
    call(),
  );
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-metrics-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  await fill(ACME, 'acme', [1_000, 2_000, 61_000]);
  await fill(GLOBEX, 'globex', [3_000]);
  await opened.closeMinutes(NOON + 2 * MINUTE_MS);
  const options = {
    store: opened.store,
    spaceDefaults: createSpace('nobody', 'db', 'traces'),
    timeoutMs: 20_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger: createLogger('silent'),
    nowMs: () => SERVER_NOW,
  };
  server = express()
    .use(createMetricsRoutes(options))
    .use(createScrapeRoutes(options))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await opened.close();
  await rm(dataDir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function get(path: string, headers: Record<string, string> = ofTenant('acme')): Promise<Answer> {
  const response = await fetch(base + path, { headers });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

function ofTenant(tenant: string): Record<string, string> {
  return { tenant, db: 'shop' };
}

const time = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const point = (ms: number, value: number | string): object => ({
  gaugeValue: { doubleValue: value },
  timestamp: time(ms),
});
const label = (name: string, value: string): object => ({ name, value });
const FOUR = `endTs=${NOON + 4 * MINUTE_MS}&lookback=${3 * MINUTE_MS}&step=${MINUTE_MS}&ratePer=${2 * MINUTE_MS}`;

describe('metrics', () => {
  test('calls a second, sliding', async () => {
    const { status, type, text } = await get(`/api/metrics/calls?service=acme-db&${FOUR}`);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toEqual({
      name: 'service_call_rate',
      type: 'GAUGE',
      help: 'calls/sec, grouped by service',
      metrics: [
        {
          labels: [label('service_name', 'acme-db')],
          metricPoints: [2, 3, 1, 0].map((calls, at) => point(NOON + (at + 1) * MINUTE_MS, calls / 120)),
        },
      ],
    });
  });

  test('errors as a share, with a series of zeros where nothing failed', async () => {
    const { text } = await get(`/api/metrics/errors?service=acme-db&service=acme-web&${FOUR}`);
    const { name, metrics } = JSON.parse(text) as { name: string; metrics: unknown };
    expect(name).toBe('service_error_rate');
    const at = (values: readonly (number | 'NaN')[]): object[] =>
      values.map((value, index) => point(NOON + (index + 1) * MINUTE_MS, value));
    expect(metrics).toEqual([
      { labels: [label('service_name', 'acme-db')], metricPoints: at([1 / 2, 1 / 3, 0, 'NaN']) },
      { labels: [label('service_name', 'acme-web')], metricPoints: at([0, 0, 'NaN', 'NaN']) },
    ]);
  });

  test('latencies by operation in milliseconds, and "NaN" where nothing was called', async () => {
    const { text } = await get(
      `/api/metrics/latencies?quantile=0.5&groupByOperation=true&service=acme-web&${FOUR}`,
    );
    const family = JSON.parse(text) as { metrics: { labels: object[]; metricPoints: object[] }[] };
    expect(family).toMatchObject({
      name: 'service_operation_latencies',
      help: '0.50th quantile latency, grouped by service & operation',
    });
    expect(family.metrics).toHaveLength(1);
    const [{ labels, metricPoints }] = family.metrics as [{ labels: object[]; metricPoints: object[] }];
    expect(labels).toEqual([label('service_name', 'acme-web'), label('operation', 'acme /')]);
    const [first, ...others] = metricPoints as { gaugeValue: { doubleValue: number } }[];
    expect(Math.abs(first!.gaugeValue.doubleValue - 500)).toBeLessThan(5);
    // Over two minutes, at steps of one.
    const [second, ...later] = others;
    expect(second).toEqual({ ...first, timestamp: time(NOON + 2 * MINUTE_MS) });
    expect(later).toEqual([3, 4].map((minute) => point(NOON + minute * MINUTE_MS, 'NaN')));
  });

  test('by default of servers, over the last hour, until now', async () => {
    const { text } = await get('/api/metrics/calls?service=acme-web');
    const [only] = (JSON.parse(text) as { metrics: { metricPoints: object[] }[] }).metrics;
    expect(only!.metricPoints).toHaveLength(60 + 1);
    expect(only!.metricPoints.at(-1)).toEqual(point(SERVER_NOW, 1 / 620));
    const clients = await get('/api/metrics/calls?service=acme-web&spanKind=client&spanKind=producer');
    expect(clients.text).toContain(`"doubleValue":${1 / 620}}`);
  });

  test.each([
    ['an unknown service', 'service=nobody'],
    ['no lookback at all', 'service=acme-web&lookback=-1'],
    ['a time before 1970', 'service=acme-web&endTs=-9223372036854775808'],
    ['a time that never comes', 'service=acme-web&endTs=9223372036854775807&lookback=1000'],
  ])('%s: an empty array', async (_, query) => {
    const { status, text } = await get(`/api/metrics/calls?${query}`);
    expect([status, text]).toEqual([
      200,
      '{"name":"service_call_rate","type":"GAUGE","help":"calls/sec, grouped by service","metrics":[]}',
    ]);
  });

  test('minstep', async () => {
    expect(await get('/api/metrics/minstep')).toEqual({
      status: 200,
      type: 'application/json',
      text: '{"data":1,"total":0,"limit":0,"offset":0,"errors":null}',
    });
  });

  test('indented on demand', async () => {
    const { text } = await get('/api/metrics/calls?service=nobody&prettyPrint=true');
    expect(text).toBe(
      '{\n    "name": "service_call_rate",\n    "type": "GAUGE",\n' +
        '    "help": "calls/sec, grouped by service",\n    "metrics": []\n}',
    );
  });

  test.each([
    ['/api/metrics/calls', "unable to parse param 'service': please provide at least one service name"],
    ['/api/metrics/errors?service=a&spanKind=foo', "unable to parse param 'spanKind': unsupported span kind: 'foo'"], // prettier-ignore
    ['/api/metrics/latencies?service=a', `unable to parse param 'quantile': strconv.ParseFloat: parsing \\"\\": invalid syntax`], // prettier-ignore
    ['/api/metrics/calls?service=a&lookback=31536000000', 'a lookback of 31536000000 ms with a step of 5000 ms takes more than 11000 points in time; ask for a shorter lookback, or for a longer step'], // prettier-ignore
    ['/api/metrics/errors?service=a&ratePer=86400000', 'a ratePer of 86400000 ms is more than 1000 steps of 60000 ms; ask for a shorter ratePer, or for a longer step'], // prettier-ignore
    ['/api/dependencies?endTs=x', `unable to parse param 'endTs': strconv.ParseInt: parsing \\"x\\": invalid syntax`], // prettier-ignore
  ])('%s is refused', async (path, message) => {
    expect(await get(path)).toEqual({
      status: 400,
      type: 'text/plain; charset=utf-8',
      text: `{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"${message}"}]}\n`,
    });
  });
});

describe('dependencies', () => {
  const link = '{"parent":"acme-web","child":"acme-db","callCount":3}';
  const envelope = (data: string): string => `{"data":${data},"total":0,"limit":0,"offset":0,"errors":null}`;

  test.each([
    ['', `[${link}]`],
    ['&service=acme-db', `[${link}]`],
    ['&service=acme', '[]'],
    ['&lookback=0', '[]'],
    ['&lookback=9223372036854775807', `[${link}]`],
    [`&endTs=${NOON + MINUTE_MS}`, '[{"parent":"acme-web","child":"acme-db","callCount":2}]'],
    ['&endTs=9223372036854775807&lookback=1', '[]'],
    ['&endTs=-9223372036854775808&lookback=9223372036854775807', '[]'],
  ])('%s', async (query, data) => {
    const { status, text } = await get(`/api/dependencies?x=${query}`);
    expect([status, text]).toEqual([200, envelope(data)]);
  });

  test('have the minute under way', async () => {
    const space = createSpace('live', 'shop', 'traces');
    const ms = Date.now() - Number(NOW / 1_000_000n);
    const spans = [
      makeSpan({ trace: 1, span: 1, service: 'live-web', ms }),
      makeSpan({ trace: 1, span: 2, parent: 1, service: 'live-db', ms: ms + 1 }),
    ];
    await opened.store.write(space, spans, call());
    const { text } = await get(`/t/live/shop/traces/api/dependencies?endTs=${Date.now() + 1_000}`, {});
    expect(text).toBe(envelope('[{"parent":"live-web","child":"live-db","callCount":1}]'));
  });
});

describe('the scrape', () => {
  test('has span metrics and the service graph', async () => {
    const { status, type, text } = await get('/api/v1/metrics/spans');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const db = 'service="acme-db",span_name="acme query",span_kind="SPAN_KIND_SERVER"';
    const edge = 'client="acme-web",server="acme-db",connection_type=""';
    for (const line of [
      `traces_spanmetrics_calls_total{${db},status_code="STATUS_CODE_UNSET"} 2`,
      `traces_spanmetrics_calls_total{${db},status_code="STATUS_CODE_ERROR"} 1`,
      `traces_spanmetrics_latency_bucket{${db},le="0.064"} 0`,
      `traces_spanmetrics_latency_bucket{${db},le="0.128"} 3`,
      `traces_spanmetrics_latency_bucket{${db},le="+Inf"} 3`,
      `traces_spanmetrics_latency_count{${db}} 3`,
      `traces_service_graph_request_total{${edge}} 3`,
      `traces_service_graph_request_failed_total{${edge}} 1`,
      `traces_service_graph_request_server_seconds_bucket{${edge},le="0.2"} 3`,
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    const [, sum] = /^traces_spanmetrics_latency_sum\{service="acme-db".*\} (.+)$/m.exec(text)!;
    expect(Math.abs(Number(sum) - 0.3)).toBeLessThan(0.003);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('of a space without spans has names and no samples', async () => {
    const { status, text } = await get('/api/v1/metrics/spans', ofTenant('empty'));
    expect(status).toBe(200);
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  test('of a space that cannot be is refused', async () => {
    expect(await get('/api/v1/metrics/spans', { tenant: '.hidden' })).toMatchObject({ status: 400 });
  });
});

describe('no space sees another', () => {
  const services = 'service=acme-db&service=globex-db&service=acme-web&service=globex-web';
  const paths = [
    `/api/metrics/calls?${services}`,
    `/api/metrics/errors?${services}&groupByOperation=true`,
    `/api/metrics/latencies?${services}&quantile=0.9`,
    '/api/dependencies',
    '/api/v1/metrics/spans',
  ];

  test.each(paths)('%s', async (path) => {
    for (const [own, other] of [
      ['acme', 'globex'],
      ['globex', 'acme'],
    ] as const) {
      for (const { text } of [
        await get(path, ofTenant(own)),
        await get(`/t/${own}/shop/traces${path}`, {}),
        await get(path, { 'x-tenant': own, db: 'shop' }),
      ]) {
        expect(text).toContain(`${own}-db`);
        expect(text).not.toContain(other);
      }
    }
    expect((await get(path, {})).text).not.toMatch(/acme|globex/);
  });
});

test('HEAD answers as GET does, without a body', async () => {
  const response = await fetch(`${base}/api/dependencies`, { method: 'HEAD', headers: ofTenant('acme') });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  const family = await fetch(`${base}/api/metrics/calls?service=a`, { method: 'HEAD' });
  expect([family.status, await family.text()]).toEqual([200, '']);
});
