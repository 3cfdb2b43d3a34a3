import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeptQuery, QUERY_TYPES } from '../../src/contract/query.ts';
import { encodeArrow } from '../../server/plugin/frames/encode-arrow.ts';
import type { Frame } from '../../server/plugin/frames/frame.ts';
import { refusalOf } from '../../server/plugin/instance/refusal.ts';
import type { ServerKind, Upstream } from '../../server/plugin/instance/upstream.ts';
import { ask, valuesOf } from '../../server/plugin/queries/canned-upstream.fixture.ts';
import { createSpace } from '../../server/space/space.ts';
import {
  attribute,
  call,
  makeEvent,
  makeSpan,
  NOW,
  type SpanDraft,
} from '../../server/store/conformance.fixture.ts';
import { BEGIN, BEGIN_MS, openQueryServer, type QueryServer } from '../support/query-server.ts';

/** The plugin's queries, asked of the server in each of the three ways in which it can be asked. */

const SPACE = createSpace('acme', 'shop', 'traces');
const RANGE = { fromMs: BEGIN_MS, toMs: BEGIN_MS + 299_999 };
const FIRST = '00000000000000000000000000000001';
const THIRD = '00000000000000000000000000000003';

let server: QueryServer;

beforeAll(async () => {
  server = await openQueryServer();
  const since = Number((BEGIN - NOW) / 1_000_000n);
  const event = makeEvent({
    name: 'exception',
    ms: since + 20,
    attributes: [attribute('exception.message', 'no cheese')],
  });
  const drafts: readonly SpanDraft[] = [
    { trace: 1, span: 1, ms: 0, durationMs: 100, name: 'GET /', kind: 'server', service: 'web', attributes: [attribute('size', '7')] },
    { trace: 1, span: 2, parent: 1, ms: 10, durationMs: 50, name: 'select', kind: 'server', service: 'db', status: 'error', events: [event] },
    { trace: 2, span: 3, ms: 70_000, durationMs: 10, name: 'GET /', kind: 'server', service: 'web', attributes: [attribute('size', '70')] },
    { trace: 3, span: 4, ms: 130_000, durationMs: 30, name: 'POST /', kind: 'server', service: 'web', status: 'error' },
  ]; // prettier-ignore
  const spans = drafts.map((draft) => makeSpan({ ...draft, ms: since + (draft.ms ?? 0) }));
  await server.store.write(SPACE, spans, call());
  await server.closeMinutes(BEGIN_MS + 200_000);
});
afterAll(() => server.close());

function upstream(kind: ServerKind): Upstream {
  const send = async (path: string, init: RequestInit): Promise<unknown> => {
    const url = `${server.addresses.http}/t/acme/shop/traces${path}`;
    const response = await fetch(url, init);
    const text = await response.text();
    if (!response.ok) throw refusalOf(response.status, path, text);
    return JSON.parse(text) as unknown;
  };
  return {
    serverKind: () => Promise.resolve(kind),
    getJson: (path, params) => send(params.size === 0 ? path : `${path}?${params.toString()}`, {}),
    postJson: (path, body) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    request: () => Promise.reject(new Error('queries do not proxy')),
  };
}

async function answer(kept: KeptQuery, kind: ServerKind = 'spanhouse'): Promise<readonly Frame[]> {
  const frames = await ask(kept, upstream(kind), RANGE);
  for (const frame of frames) encodeArrow(frame);
  return frames;
}

async function column(name: string, kept: KeptQuery, kind: ServerKind = 'spanhouse'): Promise<unknown> {
  const [frame] = await answer(kept, kind);
  return valuesOf(frame!)[name];
}

describe.each(['spanhouse', 'jaeger-first', 'jaeger-second'] as const)('%s', (kind) => {
  test('services and operations', async () => {
    expect(await column('service', { queryType: 'services' }, kind)).toEqual(['db', 'web']);
    expect(await column('operation', { queryType: 'operations', service: 'web' }, kind)).toEqual([
      'GET /',
      'POST /',
    ]);
  });

  test('a search, the newest first', async () => {
    const kept = { queryType: 'search', service: 'web', columns: ['size'] };
    const [frame] = await answer(kept, kind);
    const { traceName, duration, spanCount, errorCount, size } = valuesOf(frame!);
    expect({ traceName, duration, spanCount, errorCount, size }).toEqual({
      traceName: ['web: POST /', 'web: GET /', 'web: GET /'],
      duration: [30_000, 10_000, 100_000],
      spanCount: [1, 1, 2],
      errorCount: [1, 0, 1],
      size: [null, '70', '7'],
    });
  });

  test.each<[KeptQuery, string[]]>([
    [{ service: 'db' }, ['web: GET /']],
    [{ service: 'web', operation: 'POST /' }, ['web: POST /']],
    [{ service: 'web', tags: 'size=70' }, ['web: GET /']],
    [{ service: '["web","db"]', status: 'error' }, ['web: POST /', 'web: GET /']],
    [{ service: 'web', minDuration: '50ms' }, ['web: GET /']],
    [{ service: 'nobody' }, []],
  ])('a search for %j', async (kept, names) => {
    expect(await column('traceName', { queryType: 'search', ...kept }, kind)).toEqual(names);
  });

  test('a trace, with its graph', async () => {
    const [trace, nodes, edges] = (await answer({ query: FIRST }, kind)).map(valuesOf);
    expect(trace).toMatchObject({
      operationName: ['GET /', 'select'],
      serviceName: ['web', 'db'],
      kind: ['server', 'server'],
      statusCode: [0, 2],
      duration: [100, 50],
    });
    expect(nodes).toMatchObject({
      title: ['web', 'db'],
      mainstat: ['100ms (100%)', '50ms (50%)'],
      arc__error: [0, 1],
    });
    expect(edges!['id']).toEqual(['0000000000000001--0000000000000002']);
  });

  test('a trace that is not there', async () => {
    await expect(answer({ query: 'fff' }, kind)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('dependencies', async () => {
    const [, edges] = await answer({ queryType: 'dependencyGraph' }, kind);
    expect(valuesOf(edges!)).toMatchObject({ id: ['web--db'], mainstat: [1] });
  });

  test('metrics', async () => {
    const kept = { queryType: 'metrics', metric: 'errorRate', service: 'web', step: '1m' };
    expect(await column('errorRate', kept, kind)).toEqual([0, 0, 1, null, null]);
  });
});

describe('of the server itself', () => {
  test.each<[string, string[]]>([
    ['size > 7', ['web: GET /']],
    ['exists(size)', ['web: GET /', 'web: GET /']],
    ['service = web and not exists(size)', ['web: POST /']],
    ['event:name = exception or size = 70', ['web: GET /', 'web: GET /']],
    ['traceDuration < 50ms', ['web: POST /', 'web: GET /']],
    ['duration >= 30ms and kind in (server, client) and status != error', ['web: GET /']],
    ['name =~ "P.*"', ['web: POST /']],
    ['name =~ "OST"', []],
    ['name !~ "(GET|POST) /"', ['web: GET /']],
  ])('a search for %s', async (text, names) => {
    expect(await column('traceName', { queryType: 'search', editor: 'text', text })).toEqual(names);
  });

  test.each(['start', 'duration', 'spans', 'errors'])('a search sorted by %s', async (sort) => {
    expect(await column('traceID', { queryType: 'search', sort })).toHaveLength(3);
  });

  test('spans', async () => {
    const [frame] = await answer({ queryType: 'search', rows: 'spans', status: 'error', columns: ['size'] });
    expect(valuesOf(frame!)).toMatchObject({
      traceID: [THIRD, FIRST],
      spanID: ['0000000000000004', '0000000000000002'],
      service: ['web', 'db'],
      status: ['error', 'error'],
      duration: [30_000, 50_000],
    });
  });

  test.each<[string, KeptQuery, (number | null)[][]]>([
    ['count', {}, [[2, 1, 1, 0, 0]]],
    ['errors', { by: ['service'] }, [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]],
    ['rate', { service: 'db' }, [[1 / 60, 0, 0, 0, 0]]],
    ['count', { by: ['size'], tags: 'size=70' }, [[0, 1, 0, 0, 0]]],
  ])('the %s of %j', async (metric, kept, want) => {
    const frames = await answer({ queryType: 'metrics', metric, step: '1m', ...kept });
    expect(frames.map((frame) => valuesOf(frame)[metric])).toEqual(want);
  }); // prettier-ignore

  test('quantiles', async () => {
    const kept = {
      queryType: 'metrics',
      metric: 'duration',
      quantiles: [0.5, 1],
      service: 'web',
      step: '5m',
    };
    const frames = await answer(kept);
    expect(frames.map(({ name }) => name)).toEqual(['p50', 'p100']);
  });

  test('attributes', async () => {
    const keys = (await column('key', { queryType: 'attributeKeys', prefix: 'span.si' })) as string[];
    expect(keys).toEqual(['size']);
    const [values] = await answer({ queryType: 'attributeValues', attribute: 'size' });
    expect(new Set(valuesOf(values!)['value'] as string[])).toEqual(new Set(['7', '70']));
  });

  test('events as logs', async () => {
    const [frame] = await answer({ queryType: 'logs' });
    expect(valuesOf(frame!)).toMatchObject({
      body: ['exception: no cheese'],
      severity: ['error'],
      traceID: [FIRST],
      timestamp: [BEGIN_MS + 20],
    });
  });

  test('what it refuses is told in its own words', async () => {
    const kept = { queryType: 'search', editor: 'text', text: 'a =~ "("' } as const;
    await expect(answer(kept)).rejects.toMatchObject({ name: 'UpstreamError', kind: 'refused', status: 400 });
  });
});

test('no type is forgotten here', () => {
  expect([...QUERY_TYPES].sort()).toEqual(
    ['attributeKeys', 'attributeValues', 'dependencyGraph', 'logs', 'metrics', 'operations', 'search', 'services', 'sql', 'trace'], // prettier-ignore
  );
});
