import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as nextTurn } from 'node:timers/promises';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../../errors/fault.ts';
import type { EdgeLogger } from '../../../platform/fault-report.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createSpace } from '../../../space/space.ts';
import type { Span } from '../../../span/span.ts';
import type { SearchQuery, TraceStore, TraceSummary } from '../../../store/trace-store.ts';
import { corpusSpan, traceIdOf } from '../corpus.fixture.ts';
import { createSecondRoutes } from './routes.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
  readonly headers: Headers;
}

async function listen(store: Partial<TraceStore>, logger: EdgeLogger): Promise<string> {
  const options = {
    store: store as TraceStore,
    spaceDefaults: createSpace('default', 'default', 'traces'),
    timeoutMs: 1_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger,
    nowMs: Date.now,
  };
  server = express().use(createSecondRoutes(options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function send(store: Partial<TraceStore>, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch((await listen(store, createLogger('silent'))) + path, init);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
    headers: response.headers,
  };
}

const TIMES = 'query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2026-01-02T00:00:00Z';
const LINES = { headers: { accept: 'application/x-ndjson' } };
const AWAY = new Fault('unavailable', 'the engine is away');

async function* chunks(...of: (readonly Span[] | Error)[]): AsyncGenerator<readonly Span[]> {
  for (const chunk of of) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

const spansOf = (...traces: number[]): Span[] => traces.map((trace) => corpusSpan({ trace, id: trace }));

let settled: Promise<void> = Promise.resolve();

/** Enough for a first piece, and then nothing until the client goes away. */
async function* leaving(signal: AbortSignal): AsyncGenerator<readonly Span[]> {
  const gone = once(signal, 'abort');
  settled = gone.then(() => undefined);
  const big = { key: 'k', value: { type: 'string', value: 'x'.repeat(100_000) } } as const;
  yield spansOf(1, 2).map((span) => ({ ...span, attributes: [big] }));
  await gone;
  throw new Fault('cancelled', 'the request was cancelled');
}

/** Finds and reads the traces given, whatever is asked. */
function holding(...traces: number[]): Partial<TraceStore> {
  return {
    search: () => Promise.resolve({ traces: traces.map((trace) => ({ traceId: traceIdOf(trace), startNanos: 0n, durationNanos: 0n })) }), // prettier-ignore
    trace: (_space, traceId) => chunks(spansOf(...traces).filter((span) => span.traceId === traceId)),
    traces: (_space, ids) => chunks(spansOf(...traces).filter((span) => ids.includes(span.traceId))),
    summaries: (_space, ids) => Promise.resolve(ids.map((traceId) => ({ ...SUMMARY, traceId }))),
  };
}

const SUMMARY: TraceSummary = {
  traceId: traceIdOf(1),
  startNanos: 1n,
  endNanos: 2n,
  spanCount: 1,
  errorCount: 0,
  orphanCount: 0,
  rootService: 'shop',
  rootName: 'op',
  hasRoot: true,
  services: [{ service: 'shop', spanCount: 1, errorCount: 0 }],
};
const summaryOf = (trace: number): string =>
  `{"traceId":"${traceIdOf(trace)}","rootServiceName":"shop","rootOperationName":"op","minStartTimeUnixNano":"1","maxEndTimeUnixNano":"2","spanCount":1,"services":[{"name":"shop","spanCount":1}]}`;

function idsIn(json: string): string[] {
  return [...json.matchAll(/"traceId":"0*([0-9a-f]+)"/g)].map(([, id]) => id!);
}

describe('lists', () => {
  const services = (...items: string[]): Partial<TraceStore> => ({ services: () => Promise.resolve({ items, cut: false }) }); // prettier-ignore

  test.each([
    [[], '{"services":[]}'],
    [['a', '<b>'], '{"services":["a","\\u003cb\\u003e"]}'],
  ])('services %j', async (items, body) => {
    expect(await send(services(...items), '/api/v3/services')).toMatchObject({ status: 200, type: 'application/json', body }); // prettier-ignore
  });

  test('operations: no kind is shown as internal, once', async () => {
    const asked: unknown[] = [];
    const store: Partial<TraceStore> = {
      operations: (_space, query) => {
        asked.push(query);
        const kinds = (['unspecified', 'internal', 'server'] as const).filter((kind) => kind === (query.kind ?? kind)); // prettier-ignore
        return Promise.resolve({ items: kinds.map((kind) => ({ service: 's', name: 'get', kind })), cut: false }); // prettier-ignore
      },
    };
    expect((await send(store, '/api/v3/operations?service=s')).body).toBe(
      '{"operations":[{"name":"get","spanKind":"internal"},{"name":"get","spanKind":"server"}]}',
    );
    expect((await send(store, '/api/v3/operations?service=s&span_kind=internal')).body).toBe(
      '{"operations":[{"name":"get","spanKind":"internal"}]}',
    );
    expect((await send(store, '/api/v3/operations?spanKind=robot')).body).toBe('{"operations":[]}');
    expect(asked).toEqual([{ service: 's' }, { service: 's', kind: 'unspecified' }, { service: 's', kind: 'internal' }]); // prettier-ignore
  });
});

describe('traces', () => {
  test('one by its id', async () => {
    const { status, type, body, headers } = await send(holding(1), '/api/v3/traces/1');
    expect([status, type, headers.get('vary')]).toEqual([200, 'application/json', 'Accept']);
    expect(body).toMatch(/^\{"result":\{"resourceSpans":\[\{"resource":\{.*\]\}\]\}\]\}\}$/);
    expect(idsIn(body)).toEqual(['1']);
  });

  test('all that are found are one object, in the order of the search', async () => {
    const { body } = await send(holding(3, 1, 2), `/api/v3/traces?${TIMES}`);
    expect(JSON.parse(body)).toHaveProperty('result.resourceSpans.length', 3);
    expect(idsIn(body)).toEqual(['3', '1', '2']);
  });

  test.each(['/api/v3/traces/9', `/api/v3/traces?${TIMES}`])('none at %s is not found', async (path) => {
    for (const init of [{}, LINES]) {
      expect(await send(holding(), path, init)).toMatchObject({
        status: 404,
        type: 'text/plain; charset=utf-8',
        body: '{"error":{"httpCode":404,"message":"No traces found"}}\n',
      });
    }
  });

  test('adjusted they warn, raw they do not', async () => {
    const orphan = corpusSpan({ trace: 1, id: 2, parent: 9 });
    const store: Partial<TraceStore> = { trace: () => chunks([orphan], [orphan]) };
    const adjusted = await send(store, '/api/v3/traces/1');
    expect(adjusted.body).toContain('"key":"@jaeger@warnings"');
    expect(idsIn(adjusted.body)).toEqual(['1']);
    const raw = await send(store, '/api/v3/traces/1?rawTraces=true');
    expect(raw.body).not.toContain('@jaeger@warnings');
    expect(idsIn(raw.body)).toEqual(['1', '1']);
  });

  test('HEAD is answered like GET, other methods and paths are for others', async () => {
    expect(await send(holding(1), '/api/v3/traces/1', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' }); // prettier-ignore
    expect((await send(holding(1), '/api/v3/traces/1', { method: 'POST' })).status).toBe(404);
    expect((await send(holding(1), '/api/v3/dependencies')).status).toBe(404);
  });
});

describe('as lines', () => {
  test.each(['/api/v3/traces/1', '/api/v3/traces/1?rawTraces=1'])('%s', async (path) => {
    const { status, type, body, headers } = await send(holding(1), path, LINES);
    expect([status, type, headers.get('vary')]).toEqual([200, 'application/x-ndjson', 'Accept']);
    const lines = body.split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toHaveProperty('result.resourceSpans.length', 1);
    expect(lines.slice(1)).toEqual(['{"end":true}', '']);
  });

  test('one for each trace that is found', async () => {
    const { body } = await send(holding(3, 1), `/api/v3/traces?${TIMES}`, LINES);
    const lines = body.trimEnd().split('\n');
    expect(lines.map(idsIn)).toEqual([['3'], ['1'], []]);
  });

  test('one for each chunk of a raw trace, the last for what went wrong', async () => {
    const store: Partial<TraceStore> = { trace: () => chunks(spansOf(1), spansOf(1), AWAY) };
    const { status, body } = await send(store, '/api/v3/traces/1?rawTraces=1', LINES);
    expect(status).toBe(200);
    const lines = body.trimEnd().split('\n');
    expect(lines.map(idsIn)).toEqual([['1'], ['1'], []]);
    expect(lines[2]).toBe('{"error":{"httpCode":503,"message":"the engine is away"}}');
  });

  test.each([
    ['application/json, application/x-ndjson;q=0.1', true],
    ['Application/X-NDJSON', true],
    ['application/x-ndjson;q=0', false],
    ['application/x-ndjson; q=0.00', false],
    ['application/*, */*', false],
    ['application/json', false],
  ])('%s', async (accept, wanted) => {
    const { type } = await send(holding(1), '/api/v3/traces/1', { headers: { accept } });
    expect(type).toBe(wanted ? 'application/x-ndjson' : 'application/json');
  });
});

describe('summaries', () => {
  const PATH = `/api/v3/trace-summaries?${TIMES}`;

  test.each([
    [[], '{"summaries":[]}'],
    [[2, 1], `{"summaries":[${summaryOf(2)},${summaryOf(1)}]}`],
  ])('of %j', async (traces, body) => {
    expect(await send(holding(...traces), PATH)).toMatchObject({ status: 200, type: 'application/json', body }); // prettier-ignore
  });

  test.each([
    [[], '{"end":true}\n'],
    [[2, 1], `{"result":{"summaries":[${summaryOf(2)},${summaryOf(1)}]}}\n{"end":true}\n`],
  ])('of %j as lines', async (traces, body) => {
    expect(await send(holding(...traces), PATH, LINES)).toMatchObject({ status: 200, type: 'application/x-ndjson', body }); // prettier-ignore
  });

  test('of more than are read at once', async () => {
    const traces = Array.from({ length: 1_100 }, (_, index) => index + 1);
    const { body } = await send(holding(...traces), PATH);
    expect((JSON.parse(body) as { summaries: unknown[] }).summaries).toHaveLength(1_100);
    const lines = (await send(holding(...traces), PATH, LINES)).body.trimEnd().split('\n');
    expect(lines.map((line) => idsIn(line).length)).toEqual([500, 500, 100, 0]);
  });
});

describe('failures', () => {
  const failing = (fault: Error): Partial<TraceStore> => ({ services: () => Promise.reject(fault), search: () => Promise.reject(fault), trace: () => chunks(fault) }); // prettier-ignore

  test.each([
    ['/api/v3/services', AWAY, 503, 'the engine is away'],
    [`/api/v3/traces?${TIMES}`, new Fault('too-slow', 'it took "too" long'), 504, 'it took \\"too\\" long'],
    ['/api/v3/traces/1', AWAY, 503, 'the engine is away'],
    [`/api/v3/trace-summaries?${TIMES}`, AWAY, 503, 'the engine is away'],
    ['/api/v3/traces', AWAY, 400, 'query.startTimeMin and query.startTimeMax are required'],
    ['/api/v3/trace-summaries', AWAY, 400, 'query.startTimeMin and query.startTimeMax are required'],
    ['/api/v3/traces/not-an-id!', AWAY, 400, 'malformed parameter trace_id: strconv.ParseUint: parsing \\"not-an-id!\\": invalid syntax'],
    ['/t/a/b/%20/api/v3/services', AWAY, 400, undefined],
  ])('%s', async (path, fault, status, message) => {
    const answer = await send(failing(fault), path);
    expect(answer).toMatchObject({ status, type: 'text/plain; charset=utf-8' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    if (message === undefined) expect(answer.body).toMatch(/^\{"error":\{"httpCode":400,"message":".+"\}\}\n$/);
    else expect(answer.body).toBe(`{"error":{"httpCode":${status},"message":"${message}"}}\n`);
  }); // prettier-ignore

  test('a cause of ours is not shown', async () => {
    const { status, body } = await send(failing(new Error('a secret')), '/api/v3/services');
    expect(status).toBe(500);
    expect(body).not.toContain('a secret');
  });

  test('in the middle of a document the connection ends', async () => {
    const store: Partial<TraceStore> = { trace: () => chunks(spansOf(1), AWAY) };
    await expect(send(store, '/api/v3/traces/1?rawTraces=1')).rejects.toThrow();
  });

  test('after the client has gone are nothing to be warned of', async () => {
    const told: string[] = [];
    const tell = (_: object, message: string): void => void told.push(message);
    const store: Partial<TraceStore> = {
      ...holding(1, 2),
      trace: (_space, _ids, _hint, { signal }) => leaving(signal!),
    };
    const base = await listen(store, { error: tell, warn: tell, info: tell });
    const leave = new AbortController();
    const response = await fetch(`${base}/api/v3/traces/1?rawTraces=1`, { signal: leave.signal });
    await response.body!.getReader().read();
    leave.abort();
    await settled;
    await nextTurn(50);
    expect(told).toEqual([]);
  });
});

describe('patterns', () => {
  /** Refuses every search with a pattern in it, as the store does for one that is none. */
  function picky(asked: SearchQuery[]): Partial<TraceStore> {
    return {
      search: (_space, query) => {
        asked.push(query);
        return JSON.stringify(query.condition).includes('"regex"')
          ? Promise.reject(new Fault('invalid', 'name: "(?s:.*)(?:a()(?s:.*)" is no regular expression', { field: 'name' })) // prettier-ignore
          : Promise.resolve({ traces: [] });
      },
    };
  }

  test('a tag that is no pattern after all is looked for as it stands', async () => {
    const asked: SearchQuery[] = [];
    const tags = encodeURIComponent('{"a":"f(x"}');
    const { body } = await send(picky(asked), `/api/v3/trace-summaries?${TIMES}&query.attributes=${tags}`);
    expect(body).toBe('{"summaries":[]}');
    expect(asked).toHaveLength(2);
    expect(asked[1]!.condition).toEqual({ kind: 'attribute', key: 'a', comparator: '=', value: 'f(x' });
  });

  test('a pattern of a filter is refused as the caller wrote it', async () => {
    const filter =
      '{"op":"regex","args":[{"field":{"name":"name","level":"span"}},{"scalar":{"value":"[a"}}]}';
    const path = `/api/v3/traces?${TIMES}&query.filter=${encodeURIComponent(filter)}`;
    expect(await send(picky([]), path)).toMatchObject({
      status: 400,
      body: '{"error":{"httpCode":400,"message":"malformed parameter query.filter: name: \\"a(\\" is no regular expression"}}\n',
    });
  });
});
