import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKERS } from '../support/pack-body.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { CnosdbUser, type SentResource, type SentSpan } from './cnosdb-user.ts';

/*
 * Whoever wrote traces to CnosDB and read them there does the same here, and finds none of the defects that its Jaeger API
 * has. Each has a table of its own.
 */

const MICRO = 1_000n;
const MILLI = 1_000_000n;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
/** Ten minutes ago, and not on a whole microsecond. */
const BEGIN = BigInt(Date.now() - 600_000) * MILLI + 123_456n;
const SERVICE = 'shop';

/** CnosDB's own, and the main one: what it wrote and read there, it can do at either. */
const PORTS = ['cnosdb', 'http'] as const;
type Port = (typeof PORTS)[number];

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ CNOSDB_PORT: '0', RETENTION: '3d', SEGMENT_REST: '0ms' });
});
afterAll(async () => {
  await server.stop();
  tidyUp();
});

const traceId = (number: number): string => `c05d${number.toString(16).padStart(28, '0')}`;
const spanId = (number: number): string => number.toString(16).padStart(16, '0');

/** Begins so many milliseconds after BEGIN and lasts one; what it leaves out is the same for all. */
function spanOf(
  trace: number,
  span: number,
  { afterMs = 0, lastsMs = 1, parent, ...more }: SpanChange = {},
): SentSpan {
  const startNanos = BEGIN + BigInt(afterMs) * MILLI;
  return {
    trace: traceId(trace),
    span: spanId(span),
    ...(parent === undefined ? {} : { parent: spanId(parent) }),
    name: 'work',
    startNanos,
    endNanos: startNanos + BigInt(lastsMs) * MILLI,
    ...more,
  };
}

type SpanChange = Omit<Partial<SentSpan>, 'trace' | 'span' | 'parent'> & {
  readonly afterMs?: number;
  readonly lastsMs?: number;
  readonly parent?: number;
};

function resourceOf(spans: readonly SentSpan[], service = SERVICE): SentResource {
  return { attributes: { 'service.name': service, 'host.name': 'host-1' }, spans };
}

function userOf(table: string, port: Port = 'cnosdb'): CnosdbUser {
  return new CnosdbUser(server.addresses[port], { tenant: 'acme', db: 'public', table });
}

/** A table that holds these, once they can be read. */
async function filled(table: string, resources: readonly SentResource[]): Promise<CnosdbUser> {
  const user = userOf(table);
  expect(await user.write(resources)).toMatchObject({ status: 200, text: '' });
  await server.settled();
  return user;
}

interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

interface Shown {
  readonly traceID: string;
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly processID: string;
    readonly references: readonly object[];
    readonly startTime: number;
    readonly duration: number;
    readonly tags: readonly Tag[];
    readonly logs: readonly { readonly timestamp: number; readonly fields: readonly Tag[] }[];
  }[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags: readonly Tag[] }>
  >;
}

/** What an envelope without errors holds. */
async function data<Data = readonly Shown[]>(user: CnosdbUser, path: string): Promise<Data> {
  const { status, type, text } = await user.read(path);
  expect([status, type, text]).toEqual([200, 'application/json', text]);
  const { data: found, ...rest } = JSON.parse(text) as { data: Data; total: number };
  expect(rest).toEqual({ total: rest.total, limit: 0, offset: 0, errors: null });
  return found;
}

async function traceOf(user: CnosdbUser, number: number): Promise<Shown> {
  const [trace, ...others] = await data(user, `/api/traces/${traceId(number)}`);
  expect(others).toEqual([]);
  expect(trace!.traceID).toBe(traceId(number));
  return trace!;
}

/** All that the tables hold lies within an hour. */
function search(user: CnosdbUser, params: Readonly<Record<string, string>>): Promise<readonly Shown[]> {
  const start = String((BEGIN - 600n * SECOND) / MICRO);
  const end = String((BEGIN + 600n * SECOND) / MICRO);
  const query = new URLSearchParams({ service: SERVICE, start, end, ...params });
  return data(user, `/api/traces?${query.toString()}`);
}

const idsOf = (traces: readonly Shown[]): string[] => traces.map(({ traceID }) => traceID);
const text = (key: string, value: string): Tag => ({ key, type: 'string', value });
const micros = (nanos: bigint): number => Number(nanos / MICRO);
const INTERNAL = text('span.kind', 'internal');

describe.each(PORTS)('every coding, at the port %s', (port) => {
  test.each(Object.keys(PACKERS) as (keyof typeof PACKERS)[])('%s', async (coding) => {
    const user = userOf(`coding_${coding}_${port}`, port);
    const answer = await user.write([resourceOf([spanOf(1, 1, { name: `packed as ${coding}` })])], coding);
    expect([answer.status, answer.text]).toEqual([200, '']);
    await server.settled();
    const { spans } = await traceOf(user, 1);
    expect(spans.map(({ operationName }) => operationName)).toEqual([`packed as ${coding}`]);
    expect(await data(user, '/api/services')).toEqual([SERVICE]);
    expect(await data(user, `/api/services/${SERVICE}/operations`)).toEqual([`packed as ${coding}`]);
  });
});

test('without a tenant and a db in the headers they are those of CnosDB, to write and to read', async () => {
  const user = new CnosdbUser(server.addresses.cnosdb, { table: 'defaults' });
  expect(await user.write([resourceOf([spanOf(1, 1)])])).toMatchObject({ status: 200, text: '' });
  await server.settled();
  expect((await traceOf(user, 1)).spans).toHaveLength(1);
  const said = new CnosdbUser(server.addresses.http, { tenant: 'cnosdb', db: 'public', table: 'defaults' });
  expect((await traceOf(said, 1)).spans).toHaveLength(1);
});

test('defect 1: attributes, events, links and status of a span do not leak into later spans of its resource', async () => {
  const full = spanOf(1, 1, {
    attributes: { 'http.route': '/cart' },
    events: [{ timeNanos: BEGIN, name: 'retry' }],
    links: [{ trace: traceId(9), span: spanId(9) }],
    status: { code: 2, message: 'out of stock' },
  });
  const user = await filled('leaks', [
    resourceOf([
      full,
      spanOf(1, 2, { afterMs: 1 }),
      spanOf(1, 3, { afterMs: 2, attributes: { own: 'yes' } }),
    ]),
  ]);
  const { spans } = await traceOf(user, 1);
  expect(spans.map(({ tags, logs, references }) => ({ tags, logs: logs.length, references: references.length }))).toEqual([
    {
      tags: [
        text('http.route', '/cart'),
        INTERNAL,
        text('otel.status_code', 'ERROR'),
        { key: 'error', type: 'bool', value: true },
        text('otel.status_description', 'out of stock'),
      ],
      logs: 1,
      references: 1,
    },
    { tags: [INTERNAL], logs: 0, references: 0 },
    { tags: [text('own', 'yes'), INTERNAL], logs: 0, references: 0 },
  ]); // prettier-ignore
});

test('defect 2: thousands of spans of one resource are read back, each once, whatever their ids', async () => {
  const COUNT = 5_000;
  const spans = Array.from({ length: COUNT }, (_, index) =>
    spanOf(1, index + 1, { afterMs: index, ...(index === 0 ? {} : { parent: 1 }) }),
  );
  const user = await filled('many', [resourceOf(spans)]);
  const read = (await traceOf(user, 1)).spans;
  expect(read.map(({ spanID }) => spanID)).toEqual(spans.map(({ span }) => span));
  expect(new Set(read.map(({ processID }) => processID)).size).toBe(1);
  const [found] = await search(user, { limit: '1' });
  expect(found!.spans).toHaveLength(COUNT);
  // An id is a value, and nothing by which spans are kept apart.
  expect(await data(user, `/api/services/${SERVICE}/operations`)).toEqual(['work']);
});

test('defect 3: a parent is a CHILD_OF reference, a link is a FOLLOWS_FROM one', async () => {
  const links = [{ trace: traceId(7), span: spanId(70) }];
  const user = await filled('references', [
    resourceOf([
      spanOf(1, 1),
      spanOf(1, 2, { afterMs: 1, parent: 1 }),
      spanOf(1, 3, { afterMs: 2, parent: 2, links }),
    ]),
  ]);
  const { spans } = await traceOf(user, 1);
  const childOf = (span: number): object => ({
    refType: 'CHILD_OF',
    traceID: traceId(1),
    spanID: spanId(span),
  });
  expect(spans.map(({ references }) => references)).toEqual([
    [],
    [childOf(1)],
    [childOf(2), { refType: 'FOLLOWS_FROM', traceID: traceId(7), spanID: spanId(70) }],
  ]);
  for (const span of spans) expect(span).not.toHaveProperty('parentSpanID');
});

test('defect 4: types of tags are those that Jaeger has', async () => {
  const attributes = {
    text: 'a',
    yes: { bool_value: true },
    whole: { int_value: '7' },
    half: { double_value: 0.5 },
    bytes: { bytes_value: Buffer.from([0, 255]) },
  };
  const user = await filled('types', [resourceOf([spanOf(1, 1, { attributes })])]);
  // Jaeger sorts them.
  expect((await traceOf(user, 1)).spans[0]!.tags).toEqual([
    { key: 'bytes', type: 'binary', value: 'AP8=' },
    { key: 'half', type: 'float64', value: 0.5 },
    text('text', 'a'),
    { key: 'whole', type: 'int64', value: 7 },
    { key: 'yes', type: 'bool', value: true },
    INTERNAL,
  ]);
});

test('defect 5: attributes of a span are its tags, by their own keys, and a process has those of its resource', async () => {
  const user = await filled('places', [
    resourceOf([
      spanOf(1, 1, {
        attributes: { 'http.route': '/cart' },
        events: [{ timeNanos: BEGIN, name: 'retry', attributes: { attempt: { int_value: '2' } } }],
        status: { code: 1, message: '' },
      }),
    ]),
  ]);
  const { spans, processes } = await traceOf(user, 1);
  expect(processes).toEqual({ p1: { serviceName: SERVICE, tags: [text('host.name', 'host-1')] } });
  expect(spans[0]!.tags).toEqual([text('http.route', '/cart'), INTERNAL, text('otel.status_code', 'OK')]);
  expect(spans[0]!.logs.map(({ fields }) => fields)).toEqual([
    [text('event', 'retry'), { key: 'attempt', type: 'int64', value: 2 }],
  ]);
});

test('defect 6: a log has its time in microseconds, as a span has', async () => {
  const timeNanos = BEGIN + 5_678_901n;
  const user = await filled('times', [
    resourceOf([spanOf(1, 1, { lastsMs: 40, events: [{ timeNanos, name: 'retry' }] })]),
  ]);
  const [span] = (await traceOf(user, 1)).spans;
  expect(span).toMatchObject({ startTime: micros(BEGIN), duration: 40_000 });
  expect(span!.logs.map(({ timestamp }) => timestamp)).toEqual([micros(timeNanos)]);
});

test('defect 7: a process for each resource, and every span has its own one, in each trace of a search', async () => {
  const both = (trace: number, others: string): SentResource[] => [
    resourceOf([spanOf(trace, 1), spanOf(trace, 2, { afterMs: 1, parent: 1 })]),
    resourceOf(
      [spanOf(trace, 3, { afterMs: 2, parent: 2 }), spanOf(trace, 4, { afterMs: 3, parent: 2 })],
      others,
    ),
  ];
  const user = await filled('processes', [...both(1, 'cart'), ...both(2, 'stock')]);
  const found = await search(user, {});
  const services = found.map(({ traceID, spans, processes }) => {
    expect(Object.keys(processes).sort()).toEqual(['p1', 'p2']);
    return [traceID, spans.map(({ processID }) => processes[processID]!.serviceName)];
  });
  expect(services.sort()).toEqual([
    [traceId(1), [SERVICE, SERVICE, 'cart', 'cart']],
    [traceId(2), [SERVICE, SERVICE, 'stock', 'stock']],
  ]);
});

describe('defect 8: tags', () => {
  let user: CnosdbUser;

  beforeAll(async () => {
    const at = (trace: number, more: SpanChange): SentSpan =>
      spanOf(trace, 1, { afterMs: trace * 1_000, ...more });
    user = await filled('tags', [
      resourceOf([
        at(1, { attributes: { method: 'GET', route: '/a,b' } }),
        at(2, { attributes: { method: 'GET', route: '/c' } }),
        at(3, { events: [{ timeNanos: BEGIN, name: 'retry', attributes: { attempt: { int_value: '2' } } }] }),
        at(4, { status: { code: 2, message: 'full' } }),
      ]),
      { attributes: { 'service.name': SERVICE, region: 'eu' }, spans: [at(5, { kind: 2 })] },
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly number[]]>([
    ['one', { tags: '{"method":"GET"}' }, [2, 1]],
    ['two, with a comma in one', { tags: '{"method":"GET","route":"/a,b"}' }, [1]],
    ['three, of which one is not there', { tags: '{"method":"GET","route":"/c","who":"me"}' }, []],
    ['of a resource', { tags: '{"region":"eu"}' }, [5]],
    ['of an event', { tags: '{"attempt":"2"}' }, [3]],
    ['a status', { tags: '{"error":"true"}' }, [4]],
    ['a kind', { tags: '{"span.kind":"server"}' }, [5]],
    ['that nobody has sent', { tags: '{"nobody.sent.this":"1"}' }, []],
    ['in the other spelling', { tag: 'method:GET' }, [2, 1]],
  ])('%s', async (_, params, want) => {
    expect(idsOf(await search(user, params))).toEqual(want.map(traceId));
  });
});

test('defect 9: the limit is of traces, which are the newest and whole', async () => {
  const traces = [3, 1, 4, 2].map((trace) =>
    resourceOf(
      [1, 2, 3, 4].map((span) =>
        spanOf(trace, span, { afterMs: trace * 1_000 + span, ...(span === 1 ? {} : { parent: 1 }) }),
      ),
    ),
  );
  const user = await filled('limit', traces);
  for (const [limit, want] of [
    ['1', [4]],
    ['2', [4, 3]],
    ['3', [4, 3, 2]],
    ['100', [4, 3, 2, 1]],
  ] as const) {
    const found = await search(user, { limit });
    expect(idsOf(found)).toEqual(want.map(traceId));
    for (const { spans } of found)
      expect(spans.map(({ spanID }) => spanID)).toEqual([1, 2, 3, 4].map(spanId));
  }
});

test('defect 10: a search finds what began in its time, both ends included, whenever it ended', async () => {
  const user = await filled('window', [
    resourceOf([
      spanOf(1, 1, { afterMs: -2_000, lastsMs: 2_500 }),
      spanOf(2, 1, { afterMs: 0, lastsMs: 500 }),
      spanOf(3, 1, { afterMs: 500, lastsMs: 60_000 }),
      spanOf(4, 1, { afterMs: 1_000, lastsMs: 60_000 }),
      spanOf(5, 1, { afterMs: 1_001 }),
    ]),
  ]);
  const start = String(micros(BEGIN));
  const end = String(micros(BEGIN + SECOND));
  expect(idsOf(await search(user, { start, end }))).toEqual([4, 3, 2].map(traceId));
  expect(idsOf(await search(user, { start: end, end: start }))).toEqual([]);
});

test('defect 11: a trace that is not there is not found', async () => {
  const user = await filled('unknown', [resourceOf([spanOf(1, 1)])]);
  const envelope = { total: 0, limit: 0, offset: 0 };
  const missing = await user.read(`/api/traces/${traceId(404)}`);
  expect([missing.status, JSON.parse(missing.text)]).toEqual([
    404,
    { ...envelope, data: null, errors: [{ code: 404, msg: 'trace not found' }] },
  ]);
  // Where several are asked for, those that are there come.
  const several = await user.read(`/api/traces?traceID=${traceId(404)}&traceID=${traceId(1)}`);
  expect([several.status, JSON.parse(several.text)]).toMatchObject([
    200,
    { data: [{ traceID: traceId(1) }], errors: [{ msg: 'trace not found', traceID: traceId(404) }] },
  ]);
  // And one that is in another table is not in this one.
  expect(await userOf('elsewhere').read(`/api/traces/${traceId(1)}`)).toMatchObject({ status: 404 });
});

test('defect 12: services and operations are those of the spans that are kept, each once and in order', async () => {
  const old = spanOf(9, 1, { name: 'old work', startNanos: BEGIN - 4n * DAY, endNanos: BEGIN - 4n * DAY });
  const user = userOf('names');
  const answer = await user.write([
    resourceOf([spanOf(1, 1, { name: 'b' }), spanOf(2, 1, { name: 'a' }), spanOf(3, 1, { name: 'a' })]),
    resourceOf([spanOf(4, 1)], 'cart'),
    resourceOf([old], 'gone'),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('SPANHOUSE_RETENTION');
  await server.settled();
  expect(await data(user, '/api/services')).toEqual(['cart', SERVICE]);
  expect(await data(user, `/api/services/${SERVICE}/operations`)).toEqual(['a', 'b']);
  expect(await data(user, '/api/services/gone/operations')).toBeNull();
  expect(await data(userOf('no_names'), '/api/services')).toEqual([]);
});

test('defect 13: an end before the start, kinds as they are shown, no kind where there is none', async () => {
  const user = userOf('kinds');
  const backwards = spanOf(1, 1, { name: 'backwards', endNanos: BEGIN - SECOND });
  const kinds = ['none', 'internal', 'server', 'client', 'producer', 'consumer'].map((name, kind) =>
    spanOf(2, kind + 1, { name, kind, afterMs: kind }),
  );
  expect(await user.write([resourceOf(kinds), resourceOf([backwards], 'clock')])).toMatchObject({
    status: 200,
  });
  await server.settled();
  expect((await traceOf(user, 1)).spans).toMatchObject([{ startTime: micros(BEGIN), duration: 0 }]);

  const operations = (params: string): Promise<unknown> =>
    data(user, `/api/operations?service=${SERVICE}${params}`);
  expect(await operations('')).toEqual([
    { name: 'client', spanKind: 'client' },
    { name: 'consumer', spanKind: 'consumer' },
    { name: 'internal', spanKind: 'internal' },
    { name: 'none', spanKind: '' },
    { name: 'producer', spanKind: 'producer' },
    { name: 'server', spanKind: 'server' },
  ]);
  expect(await operations('&spanKind=server')).toEqual([{ name: 'server', spanKind: 'server' }]);
  expect(await operations('&spanKind=SPAN_KIND_SERVER')).toEqual([]);
  const { spans } = await traceOf(user, 2);
  expect(spans.map(({ tags }) => tags)).toEqual([
    [],
    ...['internal', 'server', 'client', 'producer', 'consumer'].map((kind) => [text('span.kind', kind)]),
  ]);
});

describe('defect 14: errors have the shape of Jaeger', () => {
  test.each<[string, number, string]>([
    ['/api/operations', 400, "parameter 'service' is required"],
    ['/api/traces', 400, "parameter 'service' is required"],
    ['/api/traces/no-id', 400, 'no-id'],
    [`/api/traces?service=${SERVICE}&limit=many`, 400, 'many'],
    [`/api/traces?service=${SERVICE}&start=now`, 400, 'now'],
    [`/api/traces?service=${SERVICE}&tags=broken`, 400, 'tags'],
    [`/api/traces/${'f'.repeat(32)}`, 404, 'trace not found'],
  ])('%s', async (path, status, words) => {
    const answer = await userOf('errors').read(path);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      status,
      {
        data: null,
        total: 0,
        limit: 0,
        offset: 0,
        errors: [{ code: status, msg: expect.stringContaining(words) as string }],
      },
    ]);
  });

  test('a tenant that cannot be', async () => {
    const user = new CnosdbUser(server.addresses.cnosdb, {
      tenant: '../acme',
      db: 'public',
      table: 'errors',
    });
    const answer = await user.read('/api/services');
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      400,
      { data: null, errors: [{ code: 400 }] },
    ]);
  });
});
