import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpace, type Space } from '../../server/space/space.ts';
import {
  type SpanDraft,
  attribute,
  call,
  makeSpan,
  traceIdOf,
} from '../../server/store/conformance.fixture.ts';
import { NOW } from '../../server/store/conformance.fixture.ts';
import { type Answer, NAMINGS, QueryClient } from '../support/query-client.ts';
import { BEGIN, BEGIN_MS, openQueryServer, type QueryServer } from '../support/query-server.ts';

const ACME = createSpace('acme', 'shop', 'traces');
const GLOBEX = createSpace('globex', 'shop', 'traces');
const SECOND = 1_000_000_000n;
const TIMES = { fromNanos: `${BEGIN}`, toNanos: `${BEGIN + 300n * SECOND}` };
const PARAMS = `from=${TIMES.fromNanos}&to=${TIMES.toNanos}`;

let server: QueryServer;
let acme: QueryClient;
let globex: QueryClient;

beforeAll(async () => {
  server = await openQueryServer();
  await fill(ACME, 'amber');
  await fill(GLOBEX, 'birch');
  await server.closeMinutes(BEGIN_MS + 120_000);
  acme = new QueryClient(server.addresses, NAMINGS.path(ACME));
  globex = new QueryClient(server.addresses, NAMINGS.headers(GLOBEX));
});
afterAll(async () => {
  acme.close();
  globex.close();
  await server.close();
});

/** The same ids in every space; what it says of them is its own. */
async function fill(space: Space, mark: string): Promise<void> {
  const drafts: SpanDraft[] = [
    { trace: 1, span: 1, ms: 0, durationMs: 100, name: 'GET /', kind: 'server', service: `${mark}-web`, resourceKey: mark, attributes: [attribute('who', mark), attribute('size', '7')] },
    { trace: 1, span: 2, parent: 1, ms: 10, durationMs: 50, name: 'select', kind: 'server', service: `${mark}-db`, status: 'error', eventKey: mark, eventName: 'exception' },
    { trace: 1, span: 3, parent: 1, ms: 20, durationMs: 5, name: 'select', kind: 'server', service: `${mark}-db` },
    { trace: 2, span: 4, ms: 70_000, durationMs: 10, name: 'GET /', kind: 'server', service: `${mark}-web`, attributes: [attribute('who', mark)] },
    { trace: 3, span: 5, ms: 130_000, durationMs: 30, name: 'POST /', kind: 'server', service: `${mark}-web`, status: 'error', attributes: [attribute('size', '8')] },
    { trace: 3, span: 6, parent: 99, ms: 130_001, durationMs: 1, name: 'orphan', service: `${mark}-web` },
  ]; // prettier-ignore
  const since = Number((BEGIN - NOW) / 1_000_000n);
  await server.store.write(space, drafts.map((draft) => makeSpan({ ...draft, ms: since + (draft.ms ?? 0) })), call()); // prettier-ignore
}

async function get<Body>(path: string, client = acme): Promise<Body> {
  return answered(await client.http(`/api/v1${path}`)) as Body;
}

async function post<Body>(path: string, body: object, client = acme): Promise<Body> {
  return answered(await postRaw(path, body, client)) as Body;
}

function postRaw(path: string, body: object, client = acme): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return client.http(`/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...TIMES, ...body }),
  });
}

function answered({ status, headers, text }: Answer): unknown {
  expect([status, text]).toEqual([200, text]);
  expect(headers.get('content-type')).toContain('application/json');
  return JSON.parse(text);
}

interface Traces {
  readonly traces: readonly {
    readonly traceId: string;
    readonly span: { readonly spanId: string; readonly columns: readonly (string | null)[] };
  }[];
  readonly cursor: string | null;
}

interface Spans {
  readonly spans: readonly { readonly spanId: string }[];
  readonly cursor: string | null;
}

interface Rates {
  readonly series: readonly {
    readonly labels: object;
    readonly points: readonly {
      readonly fromNanos: string;
      readonly calls: number;
      readonly errors: number;
    }[];
  }[];
  readonly cut: boolean;
  readonly stepNanos: string;
}

const numberOf = (id: string): number => Number.parseInt(id, 16);
const eq = (key: string, value: string): object => ({
  op: 'eq',
  args: [{ attr: { key } }, { scalar: { value } }],
});

describe('lists', () => {
  test('services and operations', async () => {
    expect(await get('/services')).toEqual({ services: ['amber-db', 'amber-web'], cut: false });
    expect(await get('/operations?service=amber-web&kind=server')).toEqual({
      operations: [
        { service: 'amber-web', name: 'GET /', kind: 'server' },
        { service: 'amber-web', name: 'POST /', kind: 'server' },
      ],
      cut: false,
    });
  });

  test('attribute keys and values', async () => {
    expect(await get('/attributes/keys?level=span&prefix=w')).toEqual({ keys: [{ key: 'who', level: 'span' }], cut: false }); // prettier-ignore
    expect(await get('/attributes/keys?level=span&limit=1')).toMatchObject({ cut: true });
    expect(await get(`/attributes/values?key=size&level=span&${PARAMS}`)).toEqual({
      values: [
        { value: '7', count: 1 },
        { value: '8', count: 1 },
      ],
    });
    expect(await get(`/attributes/values?key=size&prefix=8&${PARAMS}`)).toEqual({ values: [{ value: '8', count: 1 }] }); // prettier-ignore
  });

  test('dependencies', async () => {
    expect(await get(`/dependencies?${PARAMS}`)).toEqual({
      edges: [
        { parent: 'amber-web', child: 'amber-db', calls: 2, errors: 1, p50Nanos: expect.any(Number) as number, p95Nanos: expect.any(Number) as number },
      ],
    }); // prettier-ignore
  });
});

describe('search', () => {
  test('tells of traces, and of the span by which each was ranked', async () => {
    const columns = [{ key: 'who' }, { key: 'amber', level: 'resource' }, { key: 'size' }];
    const { traces, cursor } = await post<Traces>('/search', { services: ['amber-web'], operations: ['GET /'], columns }); // prettier-ignore
    expect(cursor).toBeNull();
    expect(traces).toEqual([
      expect.objectContaining({ traceId: traceIdOf(2) }),
      {
        traceId: traceIdOf(1),
        startNanos: `${BEGIN}`,
        durationNanos: '100000000',
        spanCount: 3,
        errorCount: 1,
        orphanCount: 0,
        rootService: 'amber-web',
        rootName: 'GET /',
        services: expect.arrayContaining([
          { name: 'amber-web', spanCount: 1, errorCount: 0 },
          { name: 'amber-db', spanCount: 2, errorCount: 1 },
        ]) as object[],
        span: {
          spanId: '0000000000000001',
          service: 'amber-web',
          name: 'GET /',
          kind: 'server',
          status: 'unset',
          startNanos: `${BEGIN}`,
          durationNanos: '100000000',
          columns: ['amber', 'v', '7'],
        },
      },
    ]);
  });

  test.each<[object, number[]]>([
    [{}, [3, 2, 1]],
    [{ sort: 'duration' }, [1, 3, 2]],
    [{ sort: 'spans' }, [1, 3, 2]],
    [{ sort: 'errors', limit: 2 }, [3, 1]],
    [{ services: ['amber-db', 'nobody'] }, [1]],
    [{ operations: ['POST /', 'select'] }, [3, 1]],
    [{ filter: eq('size', '8') }, [3]],
    [
      {
        filter: {
          op: 'matches',
          args: [{ field: { name: 'name', level: 'span' } }, { scalar: { value: 'P.* /|sel' } }],
        },
      },
      [3],
    ],
    [
      {
        filter: {
          op: 'regex',
          args: [{ field: { name: 'name', level: 'span' } }, { scalar: { value: 'sel' } }],
        },
      },
      [1],
    ],
    [{ minDurationNanos: '30000000', maxDurationNanos: '99999999' }, [3, 1]],
    [{ minTraceDurationNanos: '30000001' }, [1]],
    [{ maxTraceDurationNanos: '10000000' }, [2]],
    [{ fromNanos: `${BEGIN + 70n * SECOND}`, toNanos: `${BEGIN + 130n * SECOND}` }, [2]],
    [{ services: ['birch-web'] }, []],
  ])('of %j', async (body, want) => {
    const { traces } = await post<Traces>('/search', body);
    expect(traces.map(({ traceId }) => numberOf(traceId))).toEqual(want);
  });

  test.each(['start', 'duration', 'spans', 'errors'])('pages by %s lose and repeat nothing', async (sort) => {
    const whole = await post<Traces>('/search', { sort });
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Traces = await post('/search', { sort, limit: 1, ...(cursor === null ? {} : { cursor }) });
      paged.push(...page.traces.map(({ traceId }) => traceId));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(paged).toEqual(whole.traces.map(({ traceId }) => traceId));
    expect(paged).toHaveLength(3);
  });

  test('a ranked trace is shown by its newest matching span', async () => {
    const { traces } = await post<Traces>('/search', { sort: 'errors', operations: ['select'] });
    expect(traces.map(({ span }) => numberOf(span.spanId))).toEqual([3]);
  });

  test.each([
    ['a cursor that is none', { cursor: 'nonsense' }, 'cursor'],
    ['a pattern that is none', { filter: { op: 'regex', args: [{ attr: { key: 'k' } }, { scalar: { value: '[b-a]' } }] } }, 'filter'],
  ])('%s is refused', async (_, body, field) => {
    for (const path of ['/search', '/spans']) {
      const { status, text } = await postRaw(path, body);
      expect([status, JSON.parse(text)]).toMatchObject([400, { error: { code: 'invalid', field } }]);
      expect(text).not.toContain('(?s');
    }
  }); // prettier-ignore
});

describe('spans', () => {
  test('are whole', async () => {
    const { spans } = await post<Spans>('/spans', { operations: ['select'], with: ['events'], columns: [{ key: 'amber', level: 'event' }], limit: 2 }); // prettier-ignore
    expect(spans[1]).toEqual({
      traceId: traceIdOf(1),
      spanId: '0000000000000002',
      parentSpanId: '0000000000000001',
      service: 'amber-db',
      name: 'select',
      kind: 'server',
      status: 'error',
      statusMessage: '',
      startNanos: `${BEGIN + 10_000_000n}`,
      durationNanos: '50000000',
      columns: ['v'],
      events: [
        {
          timeNanos: `${NOW + 1n}`,
          name: 'exception',
          attributes: [{ key: 'amber', type: 'string', value: 'v' }],
        },
      ],
    });
  });

  test.each<[object, number[]]>([
    [{}, [6, 5, 4, 3, 2, 1]],
    [{ sort: 'duration', limit: 3 }, [1, 2, 5]],
    [{ services: ['amber-web'], operations: ['GET /', 'orphan'] }, [6, 4, 1]],
    [{ filter: eq('who', 'amber') }, [4, 1]],
    [{ filter: eq('who', 'birch') }, []],
  ])('of %j', async (body, want) => {
    const { spans } = await post<Spans>('/spans', body);
    expect(spans.map(({ spanId }) => numberOf(spanId))).toEqual(want);
  });

  test('pages lose and repeat nothing', async () => {
    const paged: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Spans = await post('/spans', { limit: 4, ...(cursor === null ? {} : { cursor }) });
      paged.push(...page.spans.map(({ spanId }) => numberOf(spanId)));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(paged).toEqual([6, 5, 4, 3, 2, 1]);
  });
});

describe('rates', () => {
  const callsOf = ({ series }: Rates): unknown[] =>
    series.map(({ labels, points }) => [
      labels,
      points.map(({ fromNanos, calls, errors }) => [
        Number((BigInt(fromNanos) - BEGIN) / SECOND),
        calls,
        errors,
      ]),
    ]);

  test('by minutes, and the same from the spans themselves', async () => {
    const want = [
      [{ service: 'amber-web' }, [[0, 1, 0], [60, 1, 0], [120, 2, 1]]],
      [{ service: 'amber-db' }, [[0, 2, 1]]],
    ]; // prettier-ignore
    const minutes = { stepNanos: `${60n * SECOND}`, by: ['service'], quantiles: [0.5] };
    expect(callsOf(await post('/rates', minutes))).toEqual(want);
    expect(callsOf(await post('/rates', { ...minutes, minDurationNanos: '0' }))).toEqual(want);
  });

  test.each<[object, unknown[]]>([
    [{ stepNanos: `${10n * SECOND}` }, [[{}, [[0, 3, 1], [70, 1, 0], [130, 2, 1]]]]],
    [{ by: ['status'] }, [[{ status: 'unset' }, [[0, 4, 0]]], [{ status: 'error' }, [[0, 2, 2]]]]],
    [{ by: [{ key: 'size' }], services: ['amber-web'] }, [[{ size: '' }, [[0, 2, 0]]], [{ size: '7' }, [[0, 1, 0]]], [{ size: '8' }, [[0, 1, 1]]]]],
    [{ by: [{ key: 'amber', level: 'resource' }, 'kind'], operations: ['GET /'] }, [[{ 'resource.amber': '', kind: 'server' }, [[0, 1, 0]]], [{ 'resource.amber': 'v', kind: 'server' }, [[0, 1, 0]]]]],
    [{ filter: eq('who', 'amber') }, [[{}, [[0, 2, 0]]]]],
    [{ filter: eq('who', 'birch') }, []],
  ])('of %j', async (body, want) => {
    expect(callsOf(await post('/rates', { stepNanos: `${3600n * SECOND}`, ...body }))).toEqual(want);
  }); // prettier-ignore

  test.each([
    ['by minutes', {}],
    ['from spans', { minDurationNanos: '0' }],
  ])('%s say when they are cut', async (_, more) => {
    const body = { stepNanos: `${3600n * SECOND}`, by: ['operation'], maxSeries: 1, ...more };
    const { series, cut, stepNanos } = await post<Rates>('/rates', body);
    expect([series.length, cut, stepNanos]).toEqual([1, true, body.stepNanos]);
  });
});

describe('a trace', () => {
  test('is OTLP', async () => {
    const { resourceSpans } = await get<{ resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[] }>('/traces/1'); // prettier-ignore
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    expect(spans.map(({ spanId }) => numberOf(spanId))).toEqual([1, 2, 3]);
  });

  test('that is not there is not found', async () => {
    const { status, text } = await acme.http('/api/v1/traces/abc');
    expect(status).toBe(404);
    const message = `there is no trace ${traceIdOf(0xabc)}`;
    expect(JSON.parse(text)).toEqual({ error: { code: 'not-found', message, field: 'traceId' } });
  });
});

describe('nobody is shown what is in another space', () => {
  const WHOLE = { stepNanos: `${3600n * SECOND}` };
  const ENDPOINTS: Record<string, (client: QueryClient) => Promise<unknown>> = {
    services: (client) => get('/services', client),
    operations: (client) => get('/operations', client),
    keys: (client) => get('/attributes/keys', client),
    values: (client) => get(`/attributes/values?key=who&${PARAMS}`, client),
    dependencies: (client) => get(`/dependencies?${PARAMS}`, client),
    trace: (client) => get('/traces/1', client),
    search: (client) => post('/search', { columns: [{ key: 'who' }] }, client),
    'search by errors': (client) => post('/search', { sort: 'errors', columns: [{ key: 'who' }] }, client),
    spans: (client) => post('/spans', { with: ['events'], columns: [{ key: 'who' }] }, client),
    'rates by minutes': (client) => post('/rates', { ...WHOLE, by: ['service'] }, client),
    'rates from spans': (client) => post('/rates', { ...WHOLE, by: [{ key: 'who' }, { key: 'service.name', level: 'resource' }] }, client),
  }; // prettier-ignore

  test.each(Object.keys(ENDPOINTS))('by %s', async (name) => {
    const [mine, theirs] = await Promise.all([acme, globex].map((client) => ENDPOINTS[name]!(client)));
    expect(JSON.stringify(mine)).toContain('amber');
    expect(JSON.stringify(mine)).not.toContain('birch');
    expect(JSON.stringify(theirs)).toContain('birch');
    expect(JSON.stringify(theirs)).not.toContain('amber');
  });

  test.each(['/services', '/traces/1'])('%s of a space named in two ways is refused', async (path) => {
    const { status } = await acme.http(`/api/v1${path}`, { headers: { tenant: 'globex' } });
    expect(status).toBe(400);
  });
});

test('a path that is none is not found', async () => {
  expect((await acme.http('/api/v1/nothing')).status).toBe(404);
});
