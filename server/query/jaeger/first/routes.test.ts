import { once } from 'node:events';
import { type Server, request as httpRequest } from 'node:http';
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
import { createNotFoundRoutes } from './not-found-routes.ts';
import { createFirstRoutes } from './routes.ts';

const NOW_MS = 1_767_225_600_000;
const BAD = 'strconv.ParseInt: parsing "x": invalid syntax';

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

async function listen(
  store: Partial<TraceStore>,
  tagRegex = true,
  logger: EdgeLogger = createLogger('silent'),
): Promise<string> {
  const options = {
    store: store as TraceStore,
    spaceDefaults: createSpace('default', 'default', 'traces'),
    timeoutMs: 1_000,
    tagRegex,
    maxSkewAdjustMs: 0,
    logger,
    nowMs: () => NOW_MS,
    maxBodyBytes: 100_000,
    bodyTimeoutMs: 1_000,
  };
  server = express().use(createFirstRoutes(options)).use(createNotFoundRoutes()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function send(store: Partial<TraceStore>, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch((await listen(store)) + path, { redirect: 'manual', ...init });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
    headers: response.headers,
  };
}

const services = (...items: string[]): Partial<TraceStore> => ({
  services: () => Promise.resolve({ items, cut: false }),
});

function spansOf(...traces: number[]): Span[] {
  return traces.map((trace) => corpusSpan({ trace, id: trace }));
}

let settled: Promise<void> = Promise.resolve();

/** Nothing until the client goes away. */
async function* leaving(signal: AbortSignal): AsyncGenerator<never> {
  const gone = once(signal, 'abort');
  settled = gone.then(() => undefined);
  await gone;
  throw new Fault('cancelled', 'the request was cancelled');
}

/** Of traces that are many pieces each. */
function bigSpansOf(...traces: number[]): Span[] {
  const big = { key: 'k', value: { type: 'string', value: 'x'.repeat(10_000) } } as const;
  return spansOf(...traces).map((span) => ({ ...span, attributes: [big] }));
}

/** Finds and reads the traces given, whatever is asked. */
function holding(...traces: number[]): Partial<TraceStore> {
  return {
    search: () =>
      Promise.resolve({
        traces: traces.map((trace) => ({ traceId: traceIdOf(trace), startNanos: 0n, durationNanos: 0n })),
      }),
    trace: (_space, traceId) => chunks(spansOf(...traces).filter((span) => span.traceId === traceId)),
    traces: (_space, ids) => chunks(spansOf(...traces).filter((span) => ids.includes(span.traceId))),
  };
}

async function* chunks(...of: (readonly Span[] | Error)[]): AsyncGenerator<readonly Span[]> {
  for (const chunk of of) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    if (chunk.length > 0) yield chunk;
  }
}

const failure = (code: number, msg: string): string =>
  `{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":${code},"msg":${JSON.stringify(msg)}}]}\n`;
const found = (body: string): string[] =>
  (JSON.parse(body) as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID);

describe('what Jaeger answers, to the byte', () => {
  test.each<[string, Partial<TraceStore>, string]>([
    ['/api/services', services('a', 'b<c'), '{"data":["a","b\\u003cc"],"total":2,"limit":0,"offset":0,"errors":null}'],
    ['/api/services', services(), '{"data":[],"total":0,"limit":0,"offset":0,"errors":null}'],
    ['/api/services?prettyPrint=x', services('a'), '{\n    "data": [\n        "a"\n    ],\n    "total": 1,\n    "limit": 0,\n    "offset": 0,\n    "errors": null\n}'],
    ['/api/traces?service=s', holding(), '{"data":[],"total":0,"limit":0,"offset":0,"errors":null}'],
    ['/api/traces?traceID=1', holding(), '{"data":[],"total":0,"limit":0,"offset":0,"errors":[{"msg":"trace not found","traceID":"0000000000000001"}]}'],
  ])('%s', async (path, store, body) => {
    const answer = await send(store, path);
    expect([answer.status, answer.type, answer.body]).toEqual([200, 'application/json', body]);
    expect(answer.headers.get('traceresponse')).toBe('');
  }); // prettier-ignore

  test('operations by path: each name once, null for none', async () => {
    const asked: unknown[] = [];
    const store: Partial<TraceStore> = {
      operations: (_space, query) => {
        asked.push(query);
        const names = query.service === 'a/b c' ? ['x', 'x', 'y'] : [];
        const items = names.map((name) => ({ service: '', name, kind: 'server' as const }));
        return Promise.resolve({ items, cut: false });
      },
    };
    const some = '{"data":["x","y"],"total":2,"limit":0,"offset":0,"errors":null}';
    const none = '{"data":null,"total":0,"limit":0,"offset":0,"errors":null}';
    expect((await send(store, '/api/services/a%2Fb+c/operations')).body).toBe(some);
    expect((await send(store, '/api/services/a%252Fb%20c/operations')).body).toBe(some);
    expect((await send(store, '/api/services/a%25zz/operations')).body).toBe(none);
    expect(asked).toEqual([{ service: 'a/b c' }, { service: 'a/b c' }, { service: '' }]);
  });

  test.each([
    ['', '{"name":"x","spanKind":"server"},{"name":"y","spanKind":""}', 2],
    ['&spanKind=server', '{"name":"x","spanKind":"server"}', 1],
    ['&spanKind=robot', '', 0],
  ])('operations by query%s', async (query, data, total) => {
    const items = [
      { service: 's', name: 'x', kind: 'server' as const },
      { service: 's', name: 'y', kind: 'unspecified' as const },
    ];
    const store = { operations: () => Promise.resolve({ items, cut: false }) };
    const { body } = await send(store, `/api/operations?service=s${query}`);
    expect(body).toBe(`{"data":[${data}],"total":${total},"limit":0,"offset":0,"errors":null}`);
  });

  test('traces that are asked for by id, and those that are missing', async () => {
    const { status, body } = await send(holding(1, 3), '/api/traces?traceID=1&traceID=2&traceID=3');
    expect(status).toBe(200);
    expect(found(body)).toEqual(['0000000000000001', '0000000000000003']);
    expect(body).toMatch(/"errors":\[\{"msg":"trace not found","traceID":"0000000000000002"\}\]\}$/);
  });

  test('one trace, and one that is in neither place', async () => {
    expect(found((await send(holding(1), '/api/traces/1')).body)).toEqual(['0000000000000001']);
    const missing = await send(holding(1), '/api/traces/2');
    expect([missing.status, missing.type, missing.body]).toEqual([
      404,
      'text/plain; charset=utf-8',
      failure(404, 'trace not found'),
    ]);
    expect(missing.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await send(holding(), '/api/traces/chumbawumba')).status).toBe(404);
    expect((await send(holding(), '/api/traces/badtraceid')).body).toBe(
      failure(400, 'invalid length for TraceID'),
    );
  });

  test('archive', async () => {
    const written: string[] = [];
    const store: Partial<TraceStore> = {
      ...holding(1),
      write: (space, spans) => {
        written.push(`${space.table} ${spans.length}`);
        return Promise.resolve();
      },
    };
    const kept = await send(store, '/api/archive/1', { method: 'POST' });
    expect(kept.body).toBe('{"data":[],"total":0,"limit":0,"offset":0,"errors":[]}');
    expect(written).toEqual(['traces@archive 1']);
    expect((await send(store, '/api/archive/2', { method: 'POST' })).body).toBe(
      failure(404, 'trace not found'),
    );
  });
});

describe('refusals', () => {
  test.each([
    ['/api/traces', "parameter 'service' is required"],
    ['/api/traces?service=s&start=x', `unable to parse param 'start': ${BAD}`],
    ['/api/traces?service=s&limit=x', BAD],
    ['/api/traces/1?end=x', `unable to parse param 'end': ${BAD}`],
    ['/api/operations', "parameter 'service' is required"],
    ['/api/quality-metrics?hours=x', `unable to parse param 'hours': ${BAD}`],
    ['/api/deep-dependencies', "parameter 'service' is required"],
    ['/analytics/v1/dependencies?start=x', `unable to parse param 'start': ${BAD}`],
  ])('%s', async (path, message) => {
    const { status, type, body } = await send({}, path);
    expect([status, type, body]).toEqual([400, 'text/plain; charset=utf-8', failure(400, message)]);
  });

  test.each<[string, string, string?]>([
    ['GET', '/api/archive/1'],
    ['GET', '/api/transform'],
    ['POST', '/api/services'],
    ['OPTIONS', '/api/services'],
    ['DELETE', '/api/traces/1'],
    ['GET', '/api/unknown'],
    ['GET', '/api/'],
    ['GET', '/api/traces/'],
    ['GET', '/api/services/'],
    ['GET', '/API/services', 'express'],
    ['GET', '/t/a/b/c/api/unknown'],
  ])('%s %s is not found', async (method, path, by) => {
    const { status, type, body } = await send(services('a'), path, { method });
    expect(status).toBe(404);
    if (by !== undefined) return;
    expect([type, body]).toEqual(['text/plain; charset=utf-8', '404 page not found\n']);
  });

  test('a path that is not clean is sent to the clean one', async () => {
    const base = await listen(services('a'));
    const { port } = new URL(base);
    const locationOf = (path: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        httpRequest({ port, path }, (response) => {
          response.resume();
          resolve([response.statusCode, response.headers.location]);
        })
          .on('error', reject)
          .end();
      });
    expect(await locationOf('/api//services?a=b?c')).toEqual([301, '/api/services?a=b?c']);
    expect(await locationOf('//api/x/../services')).toEqual([301, '/api/services']);
    expect(await locationOf('/api/./traces/')).toEqual([301, '/api/traces/']);
  });

  test('a path that cannot be decoded', async () => {
    const { status, body } = await send({}, '/api/traces/%zz');
    expect(status).toBe(400);
    expect(body).toContain('is not validly percent-encoded');
  });

  test('HEAD wherever GET works', async () => {
    const { status, type, body } = await send(holding(1), '/api/traces?service=s', { method: 'HEAD' });
    expect([status, type, body]).toEqual([200, 'application/json', '']);
  });

  test('a space that is none', async () => {
    const { status, body } = await send(services('a'), '/api/services', { headers: { tenant: 'a b' } });
    expect(status).toBe(400);
    expect(body).toContain('header \\"tenant\\" is \\"a b\\"');
  });
});

describe('failures of the store', () => {
  test('have their status, and the cause of ours is not shown', async () => {
    const away = { services: () => Promise.reject(new Fault('unavailable', 'the engine is away')) };
    expect((await send(away, '/api/services')).body).toBe(failure(503, 'the engine is away'));
    const slow = { search: () => Promise.reject(new Fault('too-slow', 'it took too long')) };
    expect((await send(slow, '/api/traces?service=s')).body).toBe(failure(504, 'it took too long'));
    const broken = { search: () => Promise.reject(new Error('a secret')) };
    const { status, body } = await send(broken, '/api/traces?service=s');
    expect([status, body.includes('secret')]).toEqual([500, false]);
  });

  test('before the first trace is there are told', async () => {
    const store = { ...holding(1), traces: () => chunks(new Fault('unavailable', 'gone')) };
    expect((await send(store, '/api/traces?service=s')).body).toBe(failure(503, 'gone'));
    expect((await send(store, '/api/traces?traceID=1')).body).toBe(failure(503, 'gone'));
  });

  test('after the first bytes end the connection', async () => {
    const many = Array.from({ length: 60 }, (_, index) => index + 1);
    let reads = 0;
    const store: Partial<TraceStore> = {
      ...holding(...many),
      traces: (_space, ids) => {
        reads++;
        if (reads > 1) return chunks(new Fault('unavailable', 'gone'));
        return chunks(bigSpansOf(...many).filter((span) => ids.includes(span.traceId)));
      },
    };
    await expect(send(store, '/api/traces?service=s')).rejects.toThrow('terminated');
    expect(reads).toBe(2);
  });

  test('after the client has gone are nothing to be warned of', async () => {
    const told: string[] = [];
    const tell = (_: object, message: string): void => void told.push(message);
    const many = Array.from({ length: 60 }, (_, index) => index + 1);
    const store: Partial<TraceStore> = {
      ...holding(...many),
      traces: (_space, ids, _hint, { signal }) =>
        ids.includes(traceIdOf(60))
          ? leaving(signal!)
          : chunks(bigSpansOf(...many).filter((span) => ids.includes(span.traceId))),
    };
    const base = await listen(store, true, { error: tell, warn: tell, info: tell });
    const leave = new AbortController();
    const response = await fetch(`${base}/api/traces?service=s`, { signal: leave.signal });
    await response.body!.getReader().read();
    leave.abort();
    await settled;
    await nextTurn(50);
    expect(told).toEqual([]);
  });
});

describe('what is asked of the store', () => {
  /** Queries of the searches that a request makes; patterns are refused. */
  async function searches(query: string, tagRegex = true): Promise<SearchQuery[]> {
    const queries: SearchQuery[] = [];
    const store: Partial<TraceStore> = {
      ...holding(),
      search: (_space, asked) => {
        queries.push(asked);
        const isPattern = JSON.stringify(asked.condition ?? null).includes('regex');
        if (isPattern) return Promise.reject(new Fault('invalid', 'no pattern', { field: 'a' }));
        if (asked.cursor === 'bad')
          return Promise.reject(new Fault('invalid', 'no cursor', { field: 'cursor' }));
        return Promise.resolve({ traces: [] });
      },
    };
    await fetch(`${await listen(store, tagRegex)}/api/traces?service=s&start=1&end=2&${query}`);
    return queries;
  }
  const plain: SearchQuery = {
    window: { fromNanos: 1_000n, toNanos: 3_000n },
    service: 's',
    order: 'newest',
    limit: 100,
  };

  test.each<[string, Partial<SearchQuery>]>([
    ['', {}],
    ['operation=o&limit=7', { operation: 'o', limit: 7 }],
    ['minDuration=1us&maxDuration=2us', { minDurationNanos: 1_000n, maxDurationNanos: 2_000n }],
    ['minTraceDuration=1us&maxTraceDuration=2us', { minTraceDurationNanos: 1_000n, maxTraceDurationNanos: 2_000n }],
    ['tag=a:b', { condition: { kind: 'attribute', key: 'a', comparator: '=', value: 'b' } }],
    ['sort=duration', { order: 'longest' }],
    ['sort=start&cursor=c', { cursor: 'c' }],
  ])('%s', async (query, want) => {
    expect(await searches(query)).toEqual([{ ...plain, ...want }]);
  }); // prettier-ignore

  test('a value that is no pattern is looked for as it stands', async () => {
    const literal = { kind: 'attribute', key: 'a', comparator: '=', value: '(' };
    const [tried, again, ...more] = await searches('tag=a:(');
    expect(JSON.stringify(tried?.condition)).toContain('"regex"');
    expect([again?.condition, more]).toEqual([literal, []]);
    expect((await searches('tag=a:(', false)).map(({ condition }) => condition)).toEqual([literal]);
  });

  test('a cursor that is refused is no reason to look again', async () => {
    expect(await searches('tag=a:b&cursor=bad')).toHaveLength(1);
  });
});

describe('beyond Jaeger', () => {
  const summaries: TraceStore['summaries'] = (_space, ids) =>
    Promise.resolve(
      ids.map((traceId): TraceSummary => {
        const number = parseInt(traceId, 16);
        return {
          traceId,
          startNanos: 0n,
          endNanos: 0n,
          spanCount: number % 3,
          errorCount: number,
          rootService: '',
          rootName: '',
          hasRoot: true,
          orphanCount: 0,
          services: [],
        };
      }),
    );
  const store = { ...holding(1, 2, 3, 4, 5), summaries };
  interface Page {
    readonly data: { readonly traceID: string }[];
    readonly cursor?: string | null;
  }
  const page = async (query: string): Promise<Page> =>
    JSON.parse((await send(store, `/api/traces?service=s&${query}`)).body) as Page;
  const numbers = ({ data }: Page): number[] => data.map(({ traceID }) => parseInt(traceID, 16));

  test.each([
    ['errors', [5, 4, 3, 2, 1]],
    ['spans', [5, 2, 4, 1, 3]],
  ])('sorted by %s, page by page', async (sort, want) => {
    const all = await page(`sort=${sort}`);
    expect([numbers(all), all.cursor]).toEqual([want, null]);
    const pages: number[] = [];
    for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
      const next: Page = await page(`sort=${sort}&limit=2&cursor=${cursor}`);
      pages.push(...numbers(next));
      ({ cursor } = next);
    }
    expect(pages).toEqual(want);
  });

  test('a cursor of another order is refused', async () => {
    const { cursor } = await page('sort=errors&limit=2');
    const { status, body } = await send(store, `/api/traces?service=s&sort=spans&cursor=${cursor!}`);
    expect(status).toBe(400);
    expect(body).toBe(failure(400, 'cursor is not one that an earlier result of this search gave'));
  });

  test('only whoever asks sees a cursor', async () => {
    expect(Object.keys(await page(''))).toEqual(['data', 'total', 'limit', 'offset', 'errors']);
    expect(Object.keys(await page('total=exact')).at(-1)).toBe('cursor');
  });

  test.each(['exact', 'estimate'])('total=%s of few', async (total) => {
    expect(await page(`total=${total}`)).toMatchObject({ total: 5, cursor: null });
  });
});
