import { Server as GrpcServer, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { archiveOf } from '../../../server/space/archive.ts';
import { createSpace, type Space, spaceKey } from '../../../server/space/space.ts';
import type { Span, TraceId } from '../../../server/span/span.ts';
import { NOW, type SpanDraft, attribute, call, collect, makeSpan, traceIdOf } from '../../../server/store/conformance.fixture.ts'; // prettier-ignore
import { type Answer, type Naming, NAMINGS, QueryClient } from '../../support/query-client.ts';
import { BEGIN, BEGIN_MS, openQueryServer, type QueryServer } from '../../support/query-server.ts';
import { type Endpoint, ENDPOINTS, type EndpointName, OWN_ENDPOINTS, RULE, SERVICE, TRACE } from './endpoints.ts'; // prettier-ignore

/** A word in everything that a space holds, and in nothing else, and how many calls it has seen. */
interface Marked {
  readonly mark: string;
  readonly space: Space;
  readonly calls: number;
}

const ACME: Marked = { mark: 'amber', space: createSpace('acme', 'shop', 'traces'), calls: 3 };
const GLOBEX: Marked = { mark: 'birch', space: createSpace('globex', 'shop', 'traces'), calls: 5 };
const OTHER_DB: Marked = { mark: 'cedar', space: createSpace('acme', 'test', 'traces'), calls: 1 };
const OTHER_TABLE: Marked = { mark: 'dunlin', space: createSpace('acme', 'shop', 'spans'), calls: 2 };
/** The others differ from the first one in the tenant, in the db or in the table alone. */
const FILLED = [ACME, GLOBEX, OTHER_DB, OTHER_TABLE];
const EMPTY = createSpace('nobody', 'shop', 'traces');

const ROWS = Object.entries<Endpoint>({ ...ENDPOINTS, ...OWN_ENDPOINTS });
const DISAGREEING: Readonly<
  Record<Endpoint['protocol'], { readonly naming: Naming; readonly refused: number }>
> = {
  http: { naming: { prefix: '/t/acme/shop/traces', headers: { tenant: 'globex' } }, refused: 400 },
  grpc: {
    naming: { prefix: '', headers: { tenant: 'acme', 'x-tenant': 'globex', db: 'shop', table: 'traces' } },
    refused: status.INVALID_ARGUMENT,
  },
};

const addService = vi.spyOn(GrpcServer.prototype, 'addService');
const clients: QueryClient[] = [];
let dbs = 0;
let server: QueryServer;
/** What acme was answered before anybody else had spans. */
const alone = new Map<string, string>();

beforeAll(async () => {
  server = await openQueryServer();
  await fill(ACME);
  for (const [name, { shows, ask }] of ROWS) {
    if (shows === 'own') alone.set(name, (await ask(clientOf(ACME.space))).text);
  }
  for (const marked of [GLOBEX, OTHER_DB, OTHER_TABLE]) await fill(marked);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.close();
});

/** The same ids in every space; names, attributes and counts are its own. */
async function fill({ mark, space, calls }: Marked): Promise<void> {
  const sdk = {
    resourceAttributes: [attribute('telemetry.sdk.name', mark), attribute('telemetry.sdk.version', '1')],
  };
  const shared = {
    ...sdk,
    service: SERVICE,
    attributes: [attribute('who', mark), attribute('shared', 'yes'), attribute('rule', RULE)],
  };
  const drafts: SpanDraft[] = [
    { ...shared, trace: TRACE, span: 1, name: `${mark} /`, kind: 'server', ms: 0, durationMs: 100 * calls },
    ...Array.from({ length: calls }, (_, index) => ({
      trace: TRACE,
      span: 2 + index,
      parent: 1,
      service: `${mark}-db`,
      name: `${mark} query`,
      kind: 'server' as const,
      ms: 10 * index,
      ...(index === 0 ? { status: 'error' as const } : {}),
    })),
    { ...shared, trace: 2, span: 99, name: `${mark} call`, kind: 'client', ms: 70_000, eventKey: mark },
  ];
  const spans = drafts.map(makeAtBegin);
  // Where an answer is nothing but ids, one of them is its own.
  const ownId = Buffer.from(mark.padEnd(16, '-')).toString('hex') as TraceId;
  const own: Span = { ...makeAtBegin({ ...shared, trace: 3, name: mark, ms: 1_000 }), traceId: ownId };
  await server.store.write(space, [...spans, own], call());
  await server.closeMinutes(BEGIN_MS + 120_000);
}

function makeAtBegin(draft: SpanDraft): Span {
  return makeSpan({ ...draft, ms: Number((BEGIN - NOW) / 1_000_000n) + (draft.ms ?? 0) });
}

function clientOf(space: Space, naming: keyof typeof NAMINGS = 'headers'): QueryClient {
  return clientBy(NAMINGS[naming](space));
}

function clientBy(naming: Naming): QueryClient {
  const client = new QueryClient(server.addresses, naming);
  clients.push(client);
  return client;
}

/** Of whom an answer speaks. */
function marksIn({ text }: Answer): string[] {
  return FILLED.map(({ mark }) => mark).filter((mark) => text.includes(mark));
}

const seen = (answer: Answer): [number, string[]] => [answer.status, marksIn(answer)];

function namingsOf({ protocol, prefixed }: Endpoint): (keyof typeof NAMINGS)[] {
  const all = Object.keys(NAMINGS) as (keyof typeof NAMINGS)[];
  return all.filter((naming) => naming !== 'path' || (protocol === 'http' && prefixed));
}

describe('the table of endpoints', () => {
  test('has every path that a router takes', () => {
    const rows = ROWS.filter(([, { protocol }]) => protocol === 'http').map(([, row]) => row);
    const wanted = rows.flatMap(({ registered, prefixed }) =>
      registered.flatMap((path) =>
        prefixed && !path.startsWith('/{') ? [path, `/t/:tenant/:db/:table${path}`] : [path],
      ),
    );
    expect([...server.paths].sort()).toEqual([...new Set(wanted)].sort());
  });

  test('has every method of every gRPC service', () => {
    const served = addService.mock.calls.flatMap(([service]) =>
      Object.values(service).map(({ path }) => path),
    );
    const rows = ROWS.filter(([, { protocol }]) => protocol === 'grpc');
    expect([...new Set(served)].sort()).toEqual(rows.flatMap(([, { registered }]) => registered).sort());
  });
});

const OWN = ROWS.filter(([, { shows }]) => shows === 'own');

describe.each(OWN)('%s', (name, endpoint) => {
  test.each(namingsOf(endpoint))('shows the space alone that is named by %s', async (naming) => {
    const answers = await Promise.all(FILLED.map(({ space }) => endpoint.ask(clientOf(space, naming))));
    expect(answers.map(seen)).toEqual(FILLED.map(({ mark }) => [endpoint.found, [mark]]));
    expect(seen(await endpoint.ask(clientOf(EMPTY, naming)))).toEqual([endpoint.notFound, []]);
  });

  test('answers as if there were no other space', async () => {
    expect((await endpoint.ask(clientOf(ACME.space))).text).toBe(alone.get(name));
  });

  test('shows the default space where none is named, and neither of two', async () => {
    const nameless = clientBy({ prefix: '', headers: {} });
    expect(seen(await endpoint.ask(nameless))).toEqual([endpoint.notFound, []]);
    const { naming, refused } = DISAGREEING[endpoint.protocol];
    expect(seen(await endpoint.ask(clientBy(naming)))).toEqual([refused, []]);
  });
});

describe.each(ROWS.filter(([, { shows }]) => shows === 'nothing'))('%s', (_, endpoint) => {
  test.each(namingsOf(endpoint))('is the same for every space, by %s', async (naming) => {
    const spaces = [...FILLED.map(({ space }) => space), EMPTY];
    const answers = await Promise.all(spaces.map((space) => endpoint.ask(clientOf(space, naming))));
    expect(answers.map(seen)).toEqual(spaces.map(() => [endpoint.found, []]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
});

describe.each(ROWS.filter(([, { shows }]) => shows === 'every space'))('%s', (_, endpoint) => {
  test('lists all spaces for everybody, and nothing that stands in a span', async () => {
    for (const naming of namingsOf(endpoint)) {
      for (const space of [ACME.space, GLOBEX.space, EMPTY]) {
        const answer = await endpoint.ask(clientOf(space, naming));
        expect(seen(answer)).toEqual([200, []]);
        for (const { space: other } of FILLED) expect(answer.text).toContain(other.tenant);
      }
    }
  });

  test('is not there under the path of a space', async () => {
    expect(seen(await endpoint.ask(clientOf(ACME.space, 'path')))).toEqual([404, []]);
  });
});

test('the list of spaces counts each by itself, and can be narrowed to a tenant', async () => {
  const list = async (query: string): Promise<string[]> => {
    const { text } = await clientOf(EMPTY).http(`/api/v1/spaces${query}`);
    const { spaces } = JSON.parse(text) as { spaces: (Space & { readonly spanCount: number })[] };
    return spaces.map((space) => `${spaceKey(space)} ${space.spanCount}`).sort();
  };
  const counted = (all: readonly Marked[]): string[] =>
    all.map(({ space, calls }) => `${spaceKey(space)} ${calls + 3}`).sort();
  expect(await list('')).toEqual(counted(FILLED));
  expect(await list('?tenant=globex')).toEqual(counted([GLOBEX]));
  expect(await list('?tenant=acme&db=test')).toEqual(counted([OTHER_DB]));
});

describe('what another space alone has is not found', () => {
  const times = `start=${BEGIN / 1_000n}&end=${BEGIN / 1_000n + 300_000_000n}`;
  const isoTimes = `query.startTimeMin=${new Date(BEGIN_MS).toISOString()}&query.startTimeMax=${new Date(BEGIN_MS + 300_000).toISOString()}`;
  const filter = {
    op: 'eq',
    args: [{ attr: { key: 'who', level: 'span' } }, { scalar: { value: 'birch' } }],
  };
  const ownId = Buffer.from('birch'.padEnd(16, '-')).toString('hex');

  test.each([
    ['/api/services/birch-db/operations', 200],
    ['/api/operations?service=birch-db', 200],
    [`/api/traces?service=birch-db&${times}`, 200],
    [`/api/traces?service=shop&operation=birch%20/&${times}`, 200],
    [`/api/traces?service=shop&tags={"who":"birch"}&${times}`, 200],
    [`/api/traces?service=shop&tags={"who":"b.*"}&${times}`, 200],
    [`/api/traces/${ownId}`, 404],
    [`/api/traces?traceID=${ownId}`, 200],
    [`/api/deep-dependencies?service=birch-db&${times}`, 200],
    [`/api/metrics/calls?service=birch-db&endTs=${BEGIN_MS + 240_000}`, 200],
    [`/api/dependencies?service=birch-db&endTs=${BEGIN_MS + 240_000}`, 200],
    ['/api/v3/operations?service=birch-db', 200],
    [`/api/v3/traces?query.serviceName=birch-db&${isoTimes}`, 404],
    [`/api/v3/traces?query.attributes={"who":"birch"}&${isoTimes}`, 404],
    [`/api/v3/traces?query.filter=${encodeURIComponent(JSON.stringify(filter))}&${isoTimes}`, 404],
    [`/api/v3/trace-summaries?query.operationName=birch%20/&${isoTimes}`, 200],
  ])('%s', async (path, notFound) => {
    expect(seen(await clientOf(ACME.space).http(path))).toEqual([notFound, []]);
    expect(seen(await clientOf(GLOBEX.space).http(path))).toEqual([200, ['birch']]);
  });

  test('the cursor of one space shows nothing of it to another', async () => {
    const path = `/api/traces?service=${SERVICE}&${times}&limit=1&sort=start`;
    const first = await clientOf(ACME.space).http(path);
    const { cursor } = JSON.parse(first.text) as { cursor: string };
    const next = await clientOf(GLOBEX.space).http(`${path}&cursor=${encodeURIComponent(cursor)}`);
    expect(marksIn(next)).toEqual(next.status === 200 ? ['birch'] : []);
  });
});

describe('an archive', () => {
  const receipts = ROWS.filter(([, { shows }]) => shows === 'receipt');
  const cases = receipts.flatMap(([name, endpoint]) =>
    namingsOf(endpoint).map((naming) => [name, naming, endpoint] as const),
  );
  const keep = (space: Space, mark: string): Promise<void> =>
    server.store.write(space, [makeAtBegin({ trace: TRACE, span: 1, service: SERVICE, name: mark })], call());

  test.each(cases)('by %s, named by %s, keeps the trace of one space', async (_name, naming, endpoint) => {
    const [acme, globex, empty] = tenantsOfNewDb();
    await keep(acme, 'amber');
    await keep(globex, 'birch');
    expect(seen(await endpoint.ask(clientOf(acme, naming)))).toEqual([endpoint.found, []]);
    expect(seen(await endpoint.ask(clientOf(empty, naming)))).toEqual([endpoint.notFound, []]);
    const { naming: both, refused } = DISAGREEING[endpoint.protocol];
    expect(seen(await endpoint.ask(clientBy(both)))).toEqual([refused, []]);
    expect(await keptOf(acme)).toEqual(['amber']);
    for (const space of [globex, empty, ACME.space, GLOBEX.space]) expect(await keptOf(space)).toEqual([]);
  });

  test.each<EndpointName>([
    'GET /api/traces/{traceID}',
    'GET /api/traces/{traceID}, raw',
    'GET /api/traces, by ids',
    'GET /api/v3/traces/{trace_id}',
    'jaeger.api_v2.QueryService/GetTrace',
    'jaeger.api_v3.QueryService/GetTrace',
    'jaeger.storage.v2.TraceReader/GetTraces',
  ])('is shown to its own space alone by %s', async (name) => {
    const endpoint = ENDPOINTS[name];
    const { ask, found, notFound } = endpoint;
    const [acme, globex, empty] = tenantsOfNewDb();
    await keep(archiveOf(acme), 'amber');
    await keep(archiveOf(globex), 'birch');
    for (const naming of namingsOf(endpoint)) {
      expect(seen(await ask(clientOf(acme, naming)))).toEqual([found, ['amber']]);
      expect(seen(await ask(clientOf(globex, naming)))).toEqual([found, ['birch']]);
      expect(seen(await ask(clientOf(empty, naming)))).toEqual([notFound, []]);
    }
  });
});

function tenantsOfNewDb(): [acme: Space, globex: Space, empty: Space] {
  const db = `db-${dbs++}`;
  return [
    createSpace('acme', db, 'traces'),
    createSpace('globex', db, 'traces'),
    createSpace('nobody', db, 'traces'),
  ];
}

/** Names of the spans in the archive of a space. */
async function keptOf(space: Space): Promise<string[]> {
  const spans = await collect(server.store.trace(archiveOf(space), traceIdOf(TRACE), {}, call()));
  return spans.map(({ name }) => name);
}
