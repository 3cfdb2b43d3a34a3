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
import { createSecondRoutes } from '../../../server/query/jaeger/second/routes.ts';
import { createSpace } from '../../../server/space/space.ts';
import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';
import { NOW, type SpanDraft, attribute, call, makeEvent, makeSpan, traceIdOf } from '../../../server/store/conformance.fixture.ts'; // prettier-ignore
import { type TestStore, openTestStore } from '../../support/open-test-store.ts';

const ACME = createSpace('acme', 'shop', 'traces');
const GLOBEX = createSpace('globex', 'shop', 'traces');
const PREFIX = '/t/acme/shop/traces';

let dataDir: string;
let opened: TestStore;
let server: Server;

const typed = (key: string, value: AttributeValue): Attribute => ({ key, value });
const int = (key: string, value: bigint): Attribute => typed(key, { type: 'int', value });

/** Each trace is its own answer; the newest has the highest number. */
const SPANS: readonly SpanDraft[] = [
  {
    trace: 1,
    span: 1,
    ms: 10,
    durationMs: 100,
    service: 'web',
    name: 'GET /',
    kind: 'server',
    attributes: [attribute('http.method', 'GET'), int('http.status_code', 200n), attribute('url', 'a(b')],
  },
  { trace: 1, span: 2, parent: 1, ms: 20, durationMs: 5, service: 'db', name: 'SELECT', kind: 'client', status: 'error' },
  {
    trace: 2,
    span: 1,
    ms: 1_000,
    service: 'web',
    name: 'POST /',
    kind: 'server',
    status: 'error',
    attributes: [attribute('http.method', 'POST'), attribute('http.status_code', '500'), attribute('env', 'test')],
    events: [
      makeEvent({ name: 'exception', ms: 1_001, attributes: [attribute('exception.type', 'IOError')] }),
      makeEvent({ name: 'log', ms: 1_002, attributes: [attribute('exception.type', 'None')] }),
    ],
  },
  {
    trace: 3,
    span: 3,
    parent: 9,
    ms: 2_000,
    service: 'jobs',
    name: 'run',
    kind: 'unspecified',
    resourceKey: 'env',
    resourceAttributes: [attribute('env', 'prod')],
    linkKey: 'why',
    scopeName: 'lib',
    attributes: [int('http.status_code', 503n)],
    events: [makeEvent({ name: 'exception', ms: 2_000, attributes: [attribute('exception.type', 'None')] })],
  },
]; // prettier-ignore

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-second-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  await opened.store.write(ACME, SPANS.map(makeSpan), call());
  await opened.store.write(GLOBEX, [makeSpan({ trace: 1, span: 1, service: 'foe', name: 'foe' })], call());
  const routes = createSecondRoutes({
    store: opened.store,
    spaceDefaults: createSpace('default', 'default', 'traces'),
    timeoutMs: 30_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger: createLogger('silent'),
    nowMs: Date.now,
  });
  server = express().use(routes).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await opened.close();
  await rm(dataDir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const response = await fetch(url, { headers });
  return { status: response.status, body: await response.text() };
}

const time = (ms: number): string => new Date(Number(NOW / 1_000_000n) + ms).toISOString();

function query(params: Record<string, string> = {}): string {
  const times = { 'query.startTimeMin': time(-60_000), 'query.startTimeMax': time(60_000) };
  return new URLSearchParams({ ...times, ...params }).toString();
}

interface Summaries {
  readonly summaries: readonly Record<string, unknown>[];
}

/** Numbers of the traces found, in the order of the answer. */
async function found(params: Record<string, string>): Promise<number[]> {
  const { status, body } = await get(`${PREFIX}/api/v3/trace-summaries?${query(params)}`);
  expect(status, body).toBe(200);
  return (JSON.parse(body) as Summaries).summaries.map(({ traceId }) => Number.parseInt(String(traceId), 16));
}

describe('lists', () => {
  test('by path prefix and by header', async () => {
    const services = '{"services":["db","jobs","web"]}';
    expect((await get(`${PREFIX}/api/v3/services`)).body).toBe(services);
    const headers = { tenant: 'acme', db: 'shop', table: 'traces' };
    expect((await get('/api/v3/services', headers)).body).toBe(services);
    expect((await get('/t/globex/shop/traces/api/v3/services')).body).toBe('{"services":["foe"]}');
    expect((await get('/api/v3/services')).body).toBe('{"services":[]}');
    expect((await get(`${PREFIX}/api/v3/services`, { tenant: 'globex' })).status).toBe(400);
  });

  test('of operations', async () => {
    const operations = async (params: string): Promise<string> =>
      (await get(`${PREFIX}/api/v3/operations?${params}`)).body;
    expect(await operations('service=jobs')).toBe('{"operations":[{"name":"run","spanKind":"internal"}]}');
    expect(await operations('service=jobs&spanKind=internal')).toBe('{"operations":[{"name":"run","spanKind":"internal"}]}'); // prettier-ignore
    expect(await operations('service=jobs&spanKind=server')).toBe('{"operations":[]}');
    expect(await operations('service=foe')).toBe('{"operations":[]}');
    expect(await operations('')).toBe('{"operations":[]}');
  });
});

describe('traces', () => {
  const ID = traceIdOf(1);

  test.each([ID, '1', 'AAAAAAAAAAAAAAAAAAAAAQ=='])('by the id %s', async (id) => {
    const { status, body } = await get(`${PREFIX}/api/v3/traces/${id}`);
    expect(status).toBe(200);
    expect(body).toContain('"name":"GET /"');
    expect(body).toContain('"stringValue":"web"');
    expect(body).toContain('"intValue":"200"');
    expect(body).not.toContain('foe');
  });

  test('of another space are not there', async () => {
    expect((await get(`/t/globex/shop/traces/api/v3/traces/2`)).status).toBe(404);
    expect((await get(`/t/globex/shop/traces/api/v3/traces/1`)).body).toContain('foe');
  });

  test('times are hints and hide nothing', async () => {
    const hint = `startTime=${time(-1_000)}&endTime=${time(-500)}`;
    expect((await get(`${PREFIX}/api/v3/traces/1?${hint}`)).status).toBe(200);
  });

  test('that are found come whole, the newest first', async () => {
    const { body } = await get(`${PREFIX}/api/v3/traces?${query({ 'query.serviceName': 'web' })}`);
    const ids = [...body.matchAll(/"traceId":"0+(\d)"/g)].map(([, id]) => id);
    expect(ids).toEqual(['2', '1', '1']);
  });

  test('none is 404, and 200 for summaries', async () => {
    const nobody = query({ 'query.serviceName': 'foe' });
    expect(await get(`${PREFIX}/api/v3/traces?${nobody}`)).toEqual({ status: 404, body: '{"error":{"httpCode":404,"message":"No traces found"}}\n' }); // prettier-ignore
    expect(await get(`${PREFIX}/api/v3/trace-summaries?${nobody}`)).toEqual({ status: 200, body: '{"summaries":[]}' }); // prettier-ignore
  });

  test('as lines', async () => {
    const { body } = await get(`${PREFIX}/api/v3/traces?${query()}`, { accept: 'application/x-ndjson' });
    const lines = body.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(lines.map((line) => Object.keys(line))).toEqual([['result'], ['result'], ['result'], ['end']]);
  });
});

test('summaries count, and name roots and orphans', async () => {
  const { body } = await get(`${PREFIX}/api/v3/trace-summaries?${query()}`);
  const nanos = (ms: number): string => (NOW + BigInt(ms) * 1_000_000n).toString();
  expect((JSON.parse(body) as Summaries).summaries).toEqual([
    {
      traceId: traceIdOf(3),
      minStartTimeUnixNano: nanos(2_000),
      maxEndTimeUnixNano: nanos(2_002),
      spanCount: 1,
      orphanSpanCount: 1,
      services: [{ name: 'jobs', spanCount: 1 }],
    },
    {
      traceId: traceIdOf(2),
      rootServiceName: 'web',
      rootOperationName: 'POST /',
      minStartTimeUnixNano: nanos(1_000),
      maxEndTimeUnixNano: nanos(1_002),
      spanCount: 1,
      errorSpanCount: 1,
      services: [{ name: 'web', spanCount: 1, errorSpanCount: 1 }],
    },
    {
      traceId: traceIdOf(1),
      rootServiceName: 'web',
      rootOperationName: 'GET /',
      minStartTimeUnixNano: nanos(10),
      maxEndTimeUnixNano: nanos(110),
      spanCount: 2,
      errorSpanCount: 1,
      services: [
        { name: 'db', spanCount: 1, errorSpanCount: 1 },
        { name: 'web', spanCount: 1 },
      ],
    },
  ]);
});

describe('a search', () => {
  test.each<[Record<string, string>, number[]]>([
    [{}, [3, 2, 1]],
    [{ 'query.searchDepth': '2' }, [3, 2]],
    [{ 'query.serviceName': 'web' }, [2, 1]],
    [{ 'query.serviceName': 'web', 'query.operationName': 'GET /' }, [1]],
    // Operation and service are of one span.
    [{ 'query.serviceName': 'web', 'query.operationName': 'SELECT' }, []],
    [{ 'query.durationMin': '50ms' }, [1]],
    [{ 'query.durationMax': '2ms' }, [3, 2]],
    [{ 'query.durationMin': '100ms', 'query.durationMax': '100ms' }, [1]],
    [{ 'query.attributes': '{"http.method":"GET"}' }, [1]],
    [{ 'query.attributes': '{"http.status_code":"500"}' }, [2]],
    [{ 'query.attributes': '{"http.status_code":"503|500"}' }, [3, 2]],
    [{ 'query.attributes': '{"url":"a(b"}' }, [1]],
    [{ 'query.attributes': '{"error":"true"}' }, [2, 1]],
    [{ 'query.attributes': '{"span.kind":"client","error":"true"}' }, [1]],
    [{ 'query.attributes': '{"http.method":"GET","error":"true"}' }, []],
    [{ 'query.startTimeMin': time(1_000), 'query.startTimeMax': time(2_000) }, [3, 2]],
    [{ 'query.startTimeMin': time(11), 'query.startTimeMax': time(1_999) }, [2, 1]],
  ])('%j', async (params, want) => {
    expect(await found(params)).toEqual(want);
  });
});

type Json = Record<string, unknown>;
const attr = (key: string, level = ''): Json => ({ attr: { key, level } });
const field = (level: string, name: string): Json => ({ field: { level, name } });
const scalar = (value: string, type = ''): Json => ({ scalar: { value, type } });
const list = (...values: string[]): Json => ({ list: { values } });
const op = (name: string, ...args: Json[]): Json => ({ op: name, args });
const inner = (name: string, ...args: Json[]): Json => ({ call: op(name, ...args) });
const some = (level: string, predicate: Json): Json => op('some', { nested: { level } }, predicate);

describe('a filter', () => {
  test.each<[Json, number[]]>([
    [op('eq', attr('http.method'), scalar('GET')), [1]],
    [op('eq', attr('http.status_code'), scalar('500')), [2]],
    [op('eq', attr('http.status_code'), scalar('500', 'int')), []],
    [op('eq', attr('http.status_code'), scalar('500', 'string')), [2]],
    [op('eq', attr('http.status_code'), scalar('503', 'int')), [3]],
    // Without a level: on the span or its resource, and nowhere else.
    [op('eq', attr('env'), scalar('prod')), [3]],
    [op('eq', attr('env'), scalar('test')), [2]],
    [op('eq', attr('env', 'resource'), scalar('test')), []],
    [op('exists', attr('exception.type')), []],
    [op('exists', attr('exception.type', 'event')), [3, 2]],
    [op('eq', attr('why', 'link'), scalar('v')), [3]],
    // What is denied must be there, but for `not`.
    [op('ne', attr('http.method'), scalar('GET')), [2]],
    [op('not_in', attr('http.method'), list('GET', 'PUT')), [2]],
    [op('not', inner('eq', attr('http.method'), scalar('GET'))), [3, 2, 1]],
    [op('not', inner('exists', field('event', 'name'))), [1]],
    // Trace 3 has two values, of which one is denied.
    [op('ne', attr('env'), scalar('prod')), [2]],
    [op('in', attr('http.method'), list('GET', 'POST')), [2, 1]],
    [op('gt', attr('http.status_code'), scalar('200')), [3, 2]],
    [op('gte', attr('http.status_code'), scalar('200', 'int')), [3, 1]],
    [op('lt', scalar('200'), attr('http.status_code')), [3, 2]],
    [op('gt', attr('http.method'), scalar('H')), [2]],
    [op('regex', attr('http.method'), scalar('OS')), [2]],
    [op('regex', field('span', 'name'), scalar('/')), [2, 1]],
    [op('and', inner('regex', field('span', 'name'), scalar('E')), inner('eq', field('span', 'status'), scalar('error'))), [1]],
    [op('or', inner('eq', field('resource', 'service'), scalar('jobs')), inner('eq', field('span', 'kind'), scalar('client'))), [3, 1]],
    [op('eq', field('span', 'traceID'), scalar('2')), [2]],
    [op('eq', field('span', 'parentSpanID'), scalar('0000000000000009')), [3]],
    [op('gte', field('span', 'startTime'), scalar(time(1_000))), [3, 2]],
    [op('lt', field('span', 'endTime'), scalar(time(1_000))), [1]],
    [op('gte', field('span', 'duration'), scalar('100ms')), [1]],
    [op('in', field('span', 'duration'), list('100ms', '5ms')), [1]],
    [op('gt', field('span', 'name'), scalar('a')), [3]],
    [op('eq', field('scope', 'name'), scalar('lib')), [3]],
    [op('eq', field('link', 'spanID'), scalar('000000000000004e')), [3]],
    [op('eq', field('event', 'name'), scalar('exception')), [3, 2]],
    [op('gt', field('event', 'timeSinceStart'), scalar('1500us')), [2]],
    [op('eq', field('event', 'time'), scalar(time(2_000))), [3]],
    // Each holds of an event of trace 2, but no event of it is both.
    [op('and', inner('eq', field('event', 'name'), scalar('exception')), inner('eq', attr('exception.type', 'event'), scalar('None'))), [3, 2]],
    [some('event', inner('and', inner('eq', field('event', 'name'), scalar('exception')), inner('eq', attr('exception.type', 'event'), scalar('None')))), [3]],
    [some('event', inner('and', inner('ne', attr('exception.type', 'event'), scalar('None')), inner('eq', field('span', 'status'), scalar('error')))), [2]],
    // Every event is an exception; also of those spans that have none.
    [op('not', { call: some('event', inner('ne', field('event', 'name'), scalar('exception'))) }), [3, 1]],
    [some('link', inner('eq', field('link', 'traceState'), scalar('a=b'))), [3]],
    // Two values of one span.
    [op('lt', field('span', 'startTime'), field('span', 'endTime')), [3, 2, 1]],
    [op('eq', attr('http.method'), attr('http.status_code')), []],
    [op('ne', attr('http.method'), attr('http.status_code')), [2, 1]],
    [op('eq', attr('env', 'span'), attr('env', 'resource')), []],
    [op('ne', field('span', 'name'), attr('http.method', 'span')), [2, 1]],
  ])('%j', async (filter, want) => {
    expect(await found({ 'query.filter': JSON.stringify(filter) })).toEqual(want);
  }); // prettier-ignore

  test.each<[Json, string]>([
    [op('regex', attr('http.method', 'span'), scalar('[')), 'malformed parameter query.filter: attribute http.method: \\"[\\" is no regular expression in RE2\'s syntax'],
    [op('eq', attr('a')), 'malformed parameter query.filter: the filter calls eq, which takes two arguments, with 1'],
  ])('%j is refused', async (filter, message) => {
    expect(await get(`${PREFIX}/api/v3/traces?${query({ 'query.filter': JSON.stringify(filter) })}`)).toEqual({
      status: 400,
      body: `{"error":{"httpCode":400,"message":"${message}"}}\n`,
    });
  }); // prettier-ignore

  test('sees one space alone', async () => {
    const filter = JSON.stringify(op('exists', field('span', 'name')));
    const { body } = await get(`/t/globex/shop/traces/api/v3/traces?${query({ 'query.filter': filter })}`);
    expect(body).toContain('foe');
    expect(body).not.toContain('web');
  });
});
