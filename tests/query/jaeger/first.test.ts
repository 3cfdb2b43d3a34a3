import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../../server/clickhouse/engine/engine.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { createNotFoundRoutes } from '../../../server/query/jaeger/first/not-found-routes.ts';
import { createFirstRoutes } from '../../../server/query/jaeger/first/routes.ts';
import { createSpace, type Space } from '../../../server/space/space.ts';
import type { Span } from '../../../server/span/span.ts';
import { NOW, type SpanDraft, attribute, call, makeSpan } from '../../../server/store/conformance.fixture.ts';
import { expire } from '../../support/expire.ts';
import { type TestStore, openTestStore } from '../../support/open-test-store.ts';

const HERE = createSpace('acme', 'shop', 'traces');
const THERE = createSpace('globex', 'shop', 'traces');
const MICRO = 1_000n;

let dataDir: string;
let engine: Engine;
let opened: TestStore;
let server: Server;
let base: string;

interface Answer<Data> {
  readonly data: Data;
  readonly total: number;
  readonly errors: readonly { readonly msg: string; readonly traceID?: string }[] | null;
  readonly cursor?: string | null;
}

interface ShownTrace {
  readonly traceID: string;
  readonly spans: readonly { readonly spanID: string; readonly warnings: readonly string[] | null }[];
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-first-'));
  engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  const options = {
    store: opened.store,
    spaceDefaults: HERE,
    timeoutMs: 30_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger: createLogger('silent'),
    nowMs: Date.now,
    maxBodyBytes: 1 << 24,
    bodyTimeoutMs: 10_000,
  };
  server = express().use(createFirstRoutes(options)).use(createNotFoundRoutes()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await write(HERE, SPANS);
  await opened.store.write(HERE, [LONG], call());
  await opened.store.write(HERE, MANY, call());
  await opened.store.write(HERE, LEGION, call());
  await write(HERE, [{ trace: 20_000 + LEGION_TRACES - 1, service: 'legion', ms: -LEGION_TRACES * 100 }]);
  await write(THERE, [
    { trace: 1, span: 1, service: 'other', name: 'theirs', attributes: tags('who=globex') },
  ]);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await opened.close();
  await rm(dataDir, { recursive: true });
});

/** Traces 1 to 9, the later ones newer. */
const SPANS: readonly SpanDraft[] = [
  { trace: 1, span: 1, ms: 100, durationMs: 50, name: 'GET /', kind: 'server', attributes: tags('http.method=GET', 'who=acme') },
  { trace: 1, span: 2, parent: 1, ms: 110, durationMs: 5, name: 'select', service: 'db', attributes: tags('http.status_code=200') },
  { trace: 2, span: 3, ms: 200, durationMs: 10, name: 'GET /', kind: 'server', status: 'error', attributes: tags('http.method=GET', 'http.status_code=404') },
  { trace: 3, span: 4, ms: 300, durationMs: 70, name: 'POST /', attributes: tags('http.method=POST', 'http.status_code=500') },
  { trace: 4, span: 5, ms: 400, durationMs: 1, name: 'GET /', attributes: tags('odd=a(b') },
  { trace: 4, span: 6, parent: 5, ms: 401, durationMs: 1 },
  { trace: 4, span: 7, parent: 5, ms: 402, durationMs: 900, service: 'db', status: 'error' },
  { trace: 5, span: 8, ms: 500, service: 'a/b c', name: 'é' },
  { trace: 6, span: 9, ms: 600, service: 'skewed', durationMs: 10 },
  { trace: 6, span: 10, parent: 99, ms: 605, service: 'skewed' },
]; // prettier-ignore

/** Its low half is that of another trace. */
const LONG_ID = '123456789abcdef00000000000000001' as Span['traceId'];
const LONG: Span = { ...makeSpan({ trace: 1, ms: 700, service: 'long' }), traceId: LONG_ID };

/** So many that they are not counted one by one; the newer ones lie closer together. */
const MANY = Array.from({ length: 3_000 }, (_, index) =>
  makeSpan({ trace: 10_000 + index, ms: -Math.round((index ** 2 / 3_000) * 200), service: 'many' }),
);

/** More than are read at a time. */
const LEGION_TRACES = 12_000;
const LEGION = Array.from({ length: LEGION_TRACES }, (_, index) =>
  makeSpan({ trace: 20_000 + index, ms: -index * 100, service: 'legion' }),
);

function tags(...pairs: string[]): Span['attributes'] {
  return pairs.map((pair) => attribute(...(pair.split('=') as [string, string])));
}

async function write(space: Space, drafts: readonly SpanDraft[]): Promise<void> {
  await opened.store.write(space, drafts.map(makeSpan), call());
}

async function get<Data>(path: string, headers: Record<string, string> = {}): Promise<Answer<Data>> {
  const response = await fetch(base + path, { headers });
  const body = await response.text();
  expect([response.status, body]).toEqual([200, body]);
  return JSON.parse(body) as Answer<Data>;
}

const micros = (ms: number): bigint => NOW / MICRO + BigInt(ms) * 1_000n;
const DAY = `start=${micros(-3_600_000)}&end=${micros(3_600_000)}`;

/** Numbers of the traces found, in their order. */
async function search(query: string, path = '/api/traces'): Promise<number[]> {
  const { data } = await get<ShownTrace[]>(`${path}?${DAY}&${query}`);
  return data.map(({ traceID }) => parseInt(traceID, 16));
}

describe('lists', () => {
  test('services and operations', async () => {
    expect((await get('/api/services')).data).toEqual([
      'a/b c',
      'db',
      'legion',
      'long',
      'many',
      'shop',
      'skewed',
    ]);
    expect(await get('/api/services/shop/operations')).toMatchObject({
      data: ['GET /', 'POST /', 'op'],
      total: 3,
    });
    expect((await get('/api/services/a%2Fb%20c/operations')).data).toEqual(['é']);
    expect((await get('/api/services/none/operations')).data).toBeNull();
    expect((await get('/api/operations?service=shop&spanKind=server')).data).toEqual([
      { name: 'GET /', spanKind: 'server' },
    ]);
    expect((await get('/api/operations?service=none')).data).toEqual([]);
  });
});

describe('search', () => {
  test.each<[string, number[]]>([
    ['service=shop', [4, 3, 2, 1]],
    ['service=shop&limit=2', [4, 3]],
    ['service=db', [4, 1]],
    ['service=none', []],
    ['service=shop&operation=GET%20/', [4, 2, 1]],
    ['service=shop&operation=select', []],
    ['service=shop&minDuration=50ms', [3, 1]],
    ['service=shop&maxDuration=10ms', [4, 2]],
    ['service=shop&minDuration=50ms&maxDuration=50ms', [1]],
    ['service=shop&maxDuration=-1s', []],
    ['service=shop&minTraceDuration=500ms', [4]],
    ['service=shop&maxTraceDuration=20ms', [2]],
    ['service=shop&tag=http.method:GET', [2, 1]],
    ['service=shop&tags={"http.method":"GET","who":"acme"}', [1]],
    // Both stand in the trace, but not on one span.
    ['service=shop&tag=http.method:GET&tag=http.status_code:200', []],
    ['service=shop&tag=http.status_code:404|500', [3, 2]],
    ['service=shop&tag=http.method:P.*', [3]],
    ['service=shop&tag=odd:a(b', [4]],
    ['service=shop&tag=error:true', [2]],
    ['service=shop&tag=error:false', [4, 3, 1]],
    ['service=shop&tag=span.kind:server', [2, 1]],
    ['service=shop&sort=duration', [3, 1, 2, 4]],
    ['service=shop&sort=spans&limit=1', [4]],
    ['service=shop&sort=errors&limit=2', [4, 2]],
  ])('%s', async (query, want) => {
    expect(await search(query.replace('|', '%7C'))).toEqual(want);
  });

  test('both ends of the window belong to it', async () => {
    const at = (from: number, to: number): string => `start=${micros(from)}&end=${micros(to)}&service=shop`;
    const found = async (query: string): Promise<number[]> =>
      (await get<ShownTrace[]>(`/api/traces?${query}`)).data.map(({ traceID }) => parseInt(traceID, 16));
    expect(await found(at(200, 300))).toEqual([3, 2]);
    expect(await found(at(201, 299))).toEqual([]);
    expect(await found(at(300, 200))).toEqual([]);
    expect(await found('service=shop&start=-9223372036854775808&end=9223372036854775807')).toHaveLength(4);
  });

  test('whole traces, with the spans of other services', async () => {
    const { data } = await get<ShownTrace[]>(`/api/traces?${DAY}&service=db`);
    expect(data.map(({ spans }) => spans.length)).toEqual([3, 2]);
  });

  test('by ids, also of 64 bits, in the order asked for', async () => {
    const answer = await get<ShownTrace[]>(
      '/api/traces?traceID=00000000000000000000000000000003&traceID=77&traceID=1',
    );
    expect(answer.data.map(({ traceID }) => traceID)).toEqual(['0000000000000003', '0000000000000001']);
    expect(answer.errors).toEqual([{ msg: 'trace not found', traceID: '0000000000000077' }]);
  });

  test.each(['sort=start', 'sort=duration', 'sort=spans', 'sort=errors', 'total=exact'])(
    'page by page with %s',
    async (sort) => {
      const all = await search(`service=shop&${sort}`);
      const pages: number[] = [];
      let cursor: string | null | undefined = '';
      while (typeof cursor === 'string') {
        const page: Answer<ShownTrace[]> = await get(
          `/api/traces?${DAY}&service=shop&limit=1&${sort}&cursor=${cursor}`,
        );
        pages.push(...page.data.map(({ traceID }) => parseInt(traceID, 16)));
        ({ cursor } = page);
      }
      expect(pages).toEqual(all);
    },
  );

  test.each(['exact', 'estimate'])('total=%s', async (total) => {
    expect((await get(`/api/traces?${DAY}&service=shop&limit=1&total=${total}`)).total).toBe(4);
  });

  test('the total of many', async () => {
    const total = async (how: string): Promise<number> =>
      (await get(`/api/traces?${DAY}&service=many&limit=1&total=${how}`)).total;
    expect(await total('exact')).toBe(3_000);
    expect(Math.abs((await total('estimate')) - 3_000)).toBeLessThan(300);
  });

  test('of more traces than are read at a time: their total, and the largest, however old it is', async () => {
    const { data, total, ...end } = await get<ShownTrace[]>(
      `/api/traces?${DAY}&service=legion&limit=1&sort=spans&total=exact`,
    );
    expect(data.map(({ traceID }) => parseInt(traceID, 16))).toEqual([20_000 + LEGION_TRACES - 1]);
    expect(total).toBe(LEGION_TRACES);
    expect(end).not.toHaveProperty('ranked');
    const short = await get(`/api/traces?${DAY}&service=legion&limit=1&maxTraceDuration=50ms&total=exact`);
    expect(short.total).toBe(LEGION_TRACES - 1);
  });

  test('an id of 128 bits is another one than its low half', async () => {
    const { data } = await get<ShownTrace[]>(`/api/traces?traceID=${LONG_ID.toUpperCase()}`);
    expect(data.map(({ traceID }) => traceID)).toEqual([LONG_ID]);
    const found = await get<ShownTrace[]>(`/api/traces?${DAY}&service=long`);
    expect(found.data.map(({ traceID }) => traceID)).toEqual([LONG_ID]);
  });

  test('a cursor that nobody gave', async () => {
    const response = await fetch(`${base}/api/traces?${DAY}&service=shop&cursor=nonsense`);
    expect([response.status, await response.text()]).toEqual([
      400,
      '{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"cursor is not one that an earlier result of this search gave"}]}\n',
    ]);
  });
});

describe('one trace', () => {
  test.each(['1', '0000000000000001', '00000000000000000000000000000001', 'AAAAAAAAAAE='])(
    '%s',
    async (id) => {
      const { data } = await get<ShownTrace[]>(`/api/traces/${id}?start=1&end=2`);
      expect(data.map(({ traceID }) => traceID)).toEqual(['0000000000000001']);
    },
  );

  test('adjusted, and raw', async () => {
    const warnings = async (query: string): Promise<unknown[]> =>
      (await get<ShownTrace[]>(`/api/traces/6?${query}`)).data[0]!.spans.map((span) => span.warnings);
    const orphan = 'parent span ID=0000000000000063 is not in the trace; skipping clock skew adjustment';
    expect(await warnings('')).toEqual([null, [orphan]]);
    expect(await warnings('raw=true')).toEqual([null, null]);
  });

  test('indented', async () => {
    const body = async (query: string): Promise<string> =>
      (await fetch(`${base}/api/traces/4?${query}`)).text();
    expect(await body('prettyPrint=true')).toBe(JSON.stringify(JSON.parse(await body('')), null, 4));
  });

  test('what is archived outlives its space', async () => {
    const archive = (): Promise<Response> => fetch(`${base}/api/archive/0a`, { method: 'POST' });
    expect((await archive()).status).toBe(404);
    await write(HERE, [{ trace: 10, span: 1, service: 'kept' }]);
    for (const time of [1, 2]) {
      const response = await archive();
      expect([time, response.status, await response.text()]).toEqual([
        time,
        200,
        '{"data":[],"total":0,"limit":0,"offset":0,"errors":[]}',
      ]);
    }
    await expire(engine, 'spans', `table = 'traces' AND service = 'kept'`);
    expect((await get<ShownTrace[]>('/api/traces/0a')).data[0]?.spans).toHaveLength(1);
    expect((await get<ShownTrace[]>('/api/traces?traceID=0a')).data).toHaveLength(1);
    expect(await search('service=kept')).toEqual([]);
  });
});

describe('transform', () => {
  const transform = (body: string): Promise<Response> =>
    fetch(`${base}/api/transform`, { method: 'POST', body });

  test('shows what a trace shows that was stored', async () => {
    const shown = await (await fetch(`${base}/api/traces/4?raw=true`)).text();
    const spans = SPANS.filter(({ trace }) => trace === 4).map(makeSpan);
    const resourceSpans = spans.map((span) => ({
      resource: { attributes: presentAttributes(span.resource.attributes) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: span.traceId,
              spanId: span.spanId,
              parentSpanId: span.parentSpanId,
              name: span.name,
              kind: 1,
              startTimeUnixNano: String(span.startNanos),
              endTimeUnixNano: String(span.startNanos + span.durationNanos),
              attributes: presentAttributes(span.attributes),
              status: span.statusCode === 'error' ? { code: 2 } : {},
            },
          ],
        },
      ],
    }));
    const response = await transform(JSON.stringify({ resourceSpans }));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe(shown);
  });

  test.each<[string, number, string]>([
    ['{', 400, 'cannot unmarshal OTLP : the body is not valid OTLP JSON: expected the name of a field at byte 1'],
    ['', 400, 'cannot unmarshal OTLP : the body is not valid OTLP JSON: expected an object for the traces at byte 0'],
    ['x'.repeat((1 << 24) + 1), 413, 'the body has 16777217 bytes, more than 16777216 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 16777216'],
  ])('a body that is none', async (body, status, msg) => {
    const response = await transform(body);
    expect(response.status).toBe(status);
    expect(JSON.parse(await response.text())).toMatchObject({ errors: [{ code: status, msg }] });
  }); // prettier-ignore
});

function presentAttributes(attributes: Span['attributes']): object[] {
  return attributes.map(({ key, value }) => ({
    key,
    value: { stringValue: (value as { value: string }).value },
  }));
}

describe('computed from a sample', () => {
  test.each(['/api/deep-dependencies', '/analytics/v1/dependencies'])('%s', async (path) => {
    const response = await fetch(`${base}${path}?service=db&${DAY}`);
    expect(await response.text()).toBe(
      '{"dependencies":[' +
        '{"path":[{"service":"shop","operation":"GET /"},{"service":"db","operation":"op"}],"attributes":[{"key":"exemplar_trace_id","value":"0000000000000004"}]},' +
        '{"path":[{"service":"shop","operation":"GET /"},{"service":"db","operation":"select"}],"attributes":[{"key":"exemplar_trace_id","value":"0000000000000001"}]}]}',
    );
  });

  test('quality', async () => {
    const body = await get('/api/quality-metrics?service=skewed&hours=48');
    expect(body).toMatchObject({
      bannerText: { value: 'Of the newest traces: 2 spans of skewed in 1 traces' },
      metrics: [
        { name: 'Known Parents', passCount: 0, failureCount: 1, exemptionCount: 1 },
        {},
        {},
        {},
        {},
        {},
      ],
    });
  });
});

describe('two tenants with the same ids', () => {
  const GLOBEX = { 'x-tenant': 'globex' };

  test.each([
    ['/t/globex/shop/traces', {}],
    ['', GLOBEX],
  ])('%s %j sees its own alone', async (prefix, headers) => {
    expect((await get(`${prefix}/api/services`, headers)).data).toEqual(['other']);
    expect((await get(`${prefix}/api/services/shop/operations`, headers)).data).toBeNull();
    expect((await get(`${prefix}/api/operations?service=shop`, headers)).data).toEqual([]);
    expect((await get(`${prefix}/api/traces?${DAY}&service=shop`, headers)).data).toEqual([]);
    for (const path of ['/api/traces/1', '/api/traces?traceID=1', `/api/traces?${DAY}&service=other`]) {
      const text = JSON.stringify(await get(prefix + path, headers));
      expect(text).toContain('globex');
      expect(text).not.toContain('acme');
    }
    const dependencies = await fetch(`${base}${prefix}/api/deep-dependencies?service=db&${DAY}`, { headers });
    expect(await dependencies.text()).toBe('{"dependencies":[]}');
    const quality = await fetch(`${base}${prefix}/api/quality-metrics?service=shop`, { headers });
    expect(await quality.text()).toContain('No spans of shop');
  });

  test('cannot archive what is not theirs', async () => {
    const of = (id: string): Promise<Response> =>
      fetch(`${base}/t/globex/shop/traces/api/archive/${id}`, { method: 'POST' });
    expect((await of('2')).status).toBe(404);
    expect((await of('1')).status).toBe(200);
    expect(JSON.stringify(await get('/api/traces/1'))).not.toContain('globex');
  });
});
