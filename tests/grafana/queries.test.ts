import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post } from '../e2e/post.ts';
import { encodeRequest, newSpanId, newTraceId, nowNanos } from '../support/otlp-request.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { queryData, type QueryAnswer } from './host/ask.ts';
import { buildPluginBackend, type BuiltPlugin } from './host/built-plugin.ts';
import type { SavedDataSource } from './host/data-source.ts';
import { killPlugins, type PluginHost, startPlugin } from './host/plugin-host.ts';
import { valuesOf } from './host/read-frame.ts';

/** What its frames hold is told beside the handlers: here it is that they arrive, through the built executable. */
let built: BuiltPlugin;
let host: PluginHost;
let server: ServerProcess;
let source: SavedDataSource;

const TRACE = newTraceId();
const LARGE_TRACE = newTraceId();
const BATCHES = 10;
const SPANS_PER_BATCH = 3_000;

beforeAll(async () => {
  built = buildPluginBackend();
  host = await startPlugin({ executable: built.executable });
  server = await startServer();
  source = { url: server.addresses.http, json: { tenant: 'acme', db: 'shop', table: 'traces' } };
  const at = nowNanos() - 60_000_000_000n;
  const small = encodeRequest('cart', [
    {
      traceId: TRACE,
      spanId: newSpanId(),
      name: 'GET /',
      startNanos: at,
      endNanos: at + 10_000_000n,
      attributes: { 'http.route': '/' },
    },
  ]);
  await send(small);
  await send(withEvents(at));
  for (let batch = 0; batch < BATCHES; batch++) await send(largeBatch(at + BigInt(batch) * 1_000_000n));
  await server.settled();
});

afterAll(async () => {
  await host.stop();
  killPlugins();
  tidyUp();
  built.remove();
});

/** A failed span with two events, in the trace that has one span without any. */
function withEvents(at: bigint): string {
  const span = {
    traceId: TRACE,
    spanId: '00000000000000e1',
    name: 'redis SET',
    startTimeUnixNano: String(at),
    endTimeUnixNano: String(at + 1_000_000n),
    status: { code: 2 },
    events: [
      { timeUnixNano: String(at + 1n), name: 'first' },
      { timeUnixNano: String(at + 2n), name: 'second' },
    ],
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

async function send(body: Buffer | string): Promise<void> {
  const space = { tenant: 'acme', db: 'shop', table: 'traces' };
  const { status } = await post(server.addresses.otlpHttp, body, space);
  expect(status).toBe(200);
}

function largeBatch(at: bigint): Buffer {
  const spans = Array.from({ length: SPANS_PER_BATCH }, (_, index) => ({
    traceId: LARGE_TRACE,
    spanId: newSpanId(),
    name: `step ${index % 7}`,
    startNanos: at + BigInt(index),
    endNanos: at + BigInt(index) + 1_000n,
    attributes: { 'some.attribute': `of some length, and of the span ${index}` },
  }));
  return encodeRequest('import', spans);
}

async function ask(query: object): Promise<QueryAnswer> {
  const { A } = await queryData(host, source, { A: query });
  return A!;
}

describe('a query of each type', () => {
  test.each<[string, object, readonly string[]]>([
    ['search', { queryType: 'search', service: 'cart' }, ['traceID', 'traceName', 'startTime', 'duration']],
    ['spans', { queryType: 'search', rows: 'spans', columns: ['http.route'] }, ['spanID', 'http.route']],
    [
      'trace',
      { queryType: 'trace', query: TRACE },
      ['traceID', 'spanID', 'parentSpanID', 'serviceTags', 'startTime'],
    ],
    ['a trace by its id alone', { query: TRACE }, ['traceID', 'spanID']],
    ['metrics', { queryType: 'metrics', metric: 'rate', by: ['service'] }, ['time', 'rate']],
    ['quantiles', { queryType: 'metrics', metric: 'duration', quantiles: [0.5] }, ['time', 'duration']],
    ['dependencies', { queryType: 'dependencyGraph' }, ['id', 'title']],
    ['services', { queryType: 'services' }, ['service']],
    ['operations', { queryType: 'operations', service: 'cart' }, ['operation', 'service', 'kind']],
    ['attribute keys', { queryType: 'attributeKeys' }, ['key', 'level']],
    ['attribute values', { queryType: 'attributeValues', attribute: 'http.route' }, ['value']],
    ['events', { queryType: 'logs', service: 'cart' }, ['timestamp', 'body', 'labels']],
  ])('%s', async (_what, query, columns) => {
    const { error, status, frames } = await ask(query);
    expect(error).toBe('');
    expect(status).toBe(200);
    expect(frames[0]!.fields.map(({ name }) => name)).toEqual(expect.arrayContaining([...columns]));
    expect(frames.map(({ refId }) => refId)).toEqual(frames.map(() => 'A'));
  });

  test('finds what was sent', async () => {
    const { frames } = await ask({ queryType: 'services' });
    expect(valuesOf(frames[0]!, 'service')).toEqual(['cart', 'import']);
  });
});

describe('the events', () => {
  test('of the spans that match, and of one trace, go by the same ids', async () => {
    const found = await ask({ queryType: 'logs', service: 'cart' });
    const ofTrace = await ask({ queryType: 'logs', query: TRACE });
    for (const { error, frames } of [found, ofTrace]) {
      expect(error).toBe('');
      expect(valuesOf(frames[0]!, 'body')).toEqual(['second', 'first']);
    }
    expect(valuesOf(ofTrace.frames[0]!, 'id')).toEqual(valuesOf(found.frames[0]!, 'id'));
  });

  test('over time, by level: spans without any do not count', async () => {
    const { error, frames } = await ask({ queryType: 'logs', volume: true });
    expect(error).toBe('');
    expect(frames.map(({ fields }) => fields[1]!.labels)).toEqual([{ level: 'error' }]);
    const counts = valuesOf(frames[0]!, 'count') as number[];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
  });
});

describe('a query that cannot be answered says why', () => {
  test.each<[object, number, string]>([
    [{ queryType: 'trace', query: 'ff'.repeat(16) }, 404, 'was not found'],
    [{ queryType: 'search', minDuration: 'long' }, 400, 'minDuration'],
    [{ queryType: 'search', editor: 'text', text: 'service = "cart' }, 400, 'at character 11'],
    [{ queryType: 'sql', sql: 'select 1' }, 501, 'SQL'],
  ])('%j', async (query, status, words) => {
    const answer = await ask(query);
    expect(answer).toMatchObject({ status, errorSource: 'downstream', frames: [] });
    expect(answer.error).toContain(words);
  });
});

test('a trace of thirty thousand spans arrives whole', async () => {
  const { error, frames } = await ask({ queryType: 'trace', query: LARGE_TRACE });
  expect(error).toBe('');
  expect(frames[0]!.length).toBe(BATCHES * SPANS_PER_BATCH);
});

test('nothing of all this is odd to Grafana', () => {
  expect(host.oddLines).toEqual([]);
  expect(host.logLines.filter(({ level }) => level === 'error')).toEqual([]);
});
