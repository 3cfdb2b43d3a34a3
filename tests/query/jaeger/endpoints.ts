import { definitionOf, type ServiceName } from '../../../server/query/jaeger/grpc/interface/interfaces.ts';
import { traceIdOf } from '../../../server/store/conformance.fixture.ts';
import { stringField } from '../../../server/wire/protobuf-writer.ts';
import type { Answer, HttpRequest, QueryClient } from '../../support/query-client.ts';
import { BEGIN, BEGIN_MS } from '../../support/query-server.ts';

/**
 * What an answer holds of the spans that are kept.
 * - `own`: of the space alone that the request names; two names that disagree are refused.
 * - `receipt`: nothing but whether the space named has the trace; it keeps a trace of that space.
 * - `nothing`: the same for everybody, whichever space is named.
 * - `every space`: names, counts and times of all spaces, for everybody. By design: as long as there is no
 *   authentication, whoever reaches the port may ask for any space. Nothing that stands in a span is in it.
 */
export type Shows = 'own' | 'receipt' | 'nothing' | 'every space';

/** One question that the query server answers, asked of whichever space the client names. */
export interface Endpoint {
  readonly protocol: 'http' | 'grpc';
  /** As the routers and the gRPC server have it; several rows may ask in different ways what is registered once. */
  readonly registered: readonly string[];
  readonly reads: string;
  readonly shows: Shows;
  /** Whether it is also there under the path of a space. */
  readonly prefixed: boolean;
  /** For a space that has what is asked for. */
  readonly found: number;
  /** For a space without spans. */
  readonly notFound: number;
  readonly ask: (client: QueryClient) => Promise<Answer>;
}

/** The trace and the service that every space of the test holds, each with something of its own in it. */
export const TRACE = 1;
export const SERVICE = 'shop';
/** Of eKuiper, by the attribute `rule`. */
export const RULE = 'rule1';

const MICROS = `start=${BEGIN / 1_000n}&end=${BEGIN / 1_000n + 300_000_000n}`;
const NANO_TIMES = { fromNanos: `${BEGIN}`, toNanos: `${BEGIN + 300_000_000_000n}` };
const NANOS = `from=${NANO_TIMES.fromNanos}&to=${NANO_TIMES.toNanos}`;
const HOUR = '3600000000000';
const END_MS = BEGIN_MS + 300_000;
const METRICS = `service=${SERVICE}&groupByOperation=true&endTs=${BEGIN_MS + 240_000}&lookback=180000&step=60000&ratePer=120000`;
const ISO_TIMES = `query.startTimeMin=${new Date(BEGIN_MS).toISOString()}&query.startTimeMax=${new Date(END_MS).toISOString()}`;
const FILTER = encodeURIComponent(
  JSON.stringify({
    op: 'eq',
    args: [{ field: { name: 'service', level: 'resource' } }, { scalar: { value: SERVICE } }],
  }),
);
const LINES = { accept: 'application/x-ndjson' };

const MOMENTS = [moment(BEGIN), moment(BEGIN + 300_000_000_000n)] as const;
const DEPENDENCY_TIMES = { start_time: MOMENTS[0], end_time: MOMENTS[1] };
const QUERY = { service_name: SERVICE, start_time_min: MOMENTS[0], start_time_max: MOMENTS[1] };
const TRACE_BYTES = Buffer.from(traceIdOf(TRACE), 'hex');

/** Of a reflection request. */
const LIST_SERVICES = stringField(7, '*');

const NOT_FOUND = { notFound: 404 } as const;
const NO_TRACE = { notFound: 5 } as const;

/** Everything that the query server serves, but for the API of our own. */
export const ENDPOINTS = {
  'GET /api/services': own('/api/services', 'services', ''),
  'GET /api/services/{service}/operations': own(
    '/api/services/:service/operations',
    'operations of a service',
    '',
    { path: `/api/services/${SERVICE}/operations` },
  ),
  'GET /api/operations': own('/api/operations', 'operations of a service, with kinds', `service=${SERVICE}`),
  'GET /api/traces, search': own('/api/traces', 'traces that match', `service=${SERVICE}&${MICROS}`),
  'GET /api/traces, search page by page': own(
    '/api/traces',
    'a page of the traces that match, and how many do',
    `service=${SERVICE}&${MICROS}&limit=1&sort=duration&total=exact`,
  ),
  'GET /api/traces, by ids': own('/api/traces', 'traces', `traceID=${TRACE}&traceID=2`),
  'GET /api/traces/{traceID}': own('/api/traces/:traceId', 'a trace', '', {
    path: `/api/traces/${TRACE}`,
    ...NOT_FOUND,
  }),
  'GET /api/traces/{traceID}, raw': own('/api/traces/:traceId', 'a trace as it was sent', 'raw=true', {
    path: `/api/traces/${TRACE}`,
    ...NOT_FOUND,
  }),
  'POST /api/archive/{traceID}': {
    ...own('/api/archive/:traceId', 'a trace, to keep it', '', { ...NOT_FOUND }),
    shows: 'receipt',
    ask: (client) => client.http(`/api/archive/${TRACE}`, { method: 'POST' }),
  },
  'POST /api/transform': {
    ...nothing('/api/transform'),
    reads: 'its own body',
    ask: (client) => client.http('/api/transform', { method: 'POST', body: '{"resourceSpans":[]}' }),
  },
  'GET /api/dependencies': own(
    '/api/dependencies',
    'which service called which',
    `endTs=${END_MS}&lookback=3600000`,
  ),
  'GET /api/deep-dependencies': own(
    '/api/deep-dependencies',
    'paths through a service',
    `service=${SERVICE}&${MICROS}`,
  ),
  'GET /analytics/v1/dependencies': own(
    '/analytics/v1/dependencies',
    'paths through a service',
    `service=${SERVICE}&${MICROS}`,
  ),
  'GET /api/quality-metrics': own(
    '/api/quality-metrics',
    'how well the spans of a service are made',
    `service=${SERVICE}&hours=1`,
  ),
  'GET /api/metrics/latencies': own(
    '/api/metrics/latencies',
    'quantiles of durations',
    `${METRICS}&quantile=0.95`,
  ),
  'GET /api/metrics/calls': own('/api/metrics/calls', 'calls a second', METRICS),
  'GET /api/metrics/errors': own('/api/metrics/errors', 'the share of errors', METRICS),
  'GET /api/metrics/minstep': nothing('/api/metrics/minstep'),
  'GET /api/v3/services': own('/api/v3/services', 'services', ''),
  'GET /api/v3/operations': own(
    '/api/v3/operations',
    'operations of a service, with kinds',
    `service=${SERVICE}`,
  ),
  'GET /api/v3/traces': own(
    '/api/v3/traces',
    'traces that match',
    `query.serviceName=${SERVICE}&${ISO_TIMES}`,
    NOT_FOUND,
  ),
  'GET /api/v3/traces, with a filter': own(
    '/api/v3/traces',
    'traces that match',
    `query.filter=${FILTER}&${ISO_TIMES}`,
    NOT_FOUND,
  ),
  'GET /api/v3/traces, as lines': own('/api/v3/traces', 'traces that match', ISO_TIMES, {
    ...NOT_FOUND,
    headers: LINES,
  }),
  'GET /api/v3/traces/{trace_id}': own('/api/v3/traces/:traceId', 'a trace', '', {
    path: `/api/v3/traces/${TRACE}`,
    ...NOT_FOUND,
  }),
  'GET /api/v3/traces/{trace_id}, as lines': own('/api/v3/traces/:traceId', 'a trace', 'rawTraces=true', {
    path: `/api/v3/traces/${TRACE}`,
    ...NOT_FOUND,
    headers: LINES,
  }),
  'GET /api/v3/trace-summaries': own(
    '/api/v3/trace-summaries',
    'what there is to say of traces that match',
    `query.serviceName=${SERVICE}&${ISO_TIMES}`,
  ),
  'GET /api/v3/trace-summaries, as lines': own(
    '/api/v3/trace-summaries',
    'what there is to say of traces that match',
    ISO_TIMES,
    { headers: LINES },
  ),
  'GET /api/v1/metrics/spans': own('/api/v1/metrics/spans', 'counters of operations and of calls', ''),
  'GET /api/v1/spaces': everySpace(['/api/v1/spaces'], 'the spaces, with counts', '/api/v1/spaces'),
  'GET /spaces, and GET / without a UI': everySpace(
    ['/', '/spaces'],
    'the spaces, with counts and rates',
    '/',
  ),
  'GET / and every page of the Jaeger UI': {
    ...nothing('/{*path}'),
    ask: (client) => client.page('/search'),
  },
  'GET /favicon.ico of the Jaeger UI': {
    ...nothing('/favicon.ico'),
    ask: (client) => client.page('/favicon.ico'),
  },

  ...methodsOf('jaeger.api_v2.QueryService', {
    GetTrace: { reads: 'a trace', request: { trace_id: TRACE_BYTES }, ...NO_TRACE },
    ArchiveTrace: {
      reads: 'a trace, to keep it',
      request: { trace_id: TRACE_BYTES },
      shows: 'receipt',
      ...NO_TRACE,
    },
    FindTraces: { reads: 'traces that match', request: { query: QUERY } },
    GetServices: { reads: 'services', request: {} },
    GetOperations: { reads: 'operations of a service', request: { service: SERVICE } },
    GetDependencies: { reads: 'which service called which', request: DEPENDENCY_TIMES },
  }),
  ...methodsOf('jaeger.api_v3.QueryService', {
    GetTrace: { reads: 'a trace', request: { trace_id: traceIdOf(TRACE) }, ...NO_TRACE },
    FindTraces: { reads: 'traces that match', request: { query: QUERY } },
    FindTraceSummaries: { reads: 'what there is to say of traces', request: { query: QUERY } },
    GetServices: { reads: 'services', request: {} },
    GetOperations: { reads: 'operations of a service', request: { service: SERVICE } },
    GetDependencies: { reads: 'which service called which', request: DEPENDENCY_TIMES },
  }),
  ...methodsOf('jaeger.api_v3.Capabilities', {
    GetCapabilities: { reads: 'nothing', request: {}, shows: 'nothing' },
  }),
  ...methodsOf('jaeger.storage.v2.TraceReader', {
    GetTraces: { reads: 'traces', request: { query: [{ trace_id: TRACE_BYTES }] } },
    FindTraces: { reads: 'traces that match', request: { query: QUERY } },
    FindTraceIDs: { reads: 'ids of traces that match', request: { query: QUERY } },
    FindTraceSummaries: { reads: 'what there is to say of traces', request: { query: QUERY } },
    GetServices: { reads: 'services', request: {} },
    GetOperations: { reads: 'operations of a service', request: { service: SERVICE } },
  }),
  ...methodsOf('jaeger.storage.v2.DependencyReader', {
    GetDependencies: { reads: 'which service called which', request: DEPENDENCY_TIMES },
  }),
  ...methodsOf('jaeger.storage.v2.Capabilities', {
    GetCapabilities: { reads: 'nothing', request: {}, shows: 'nothing' },
  }),
  'grpc.health.v1.Health/Check': standard('/grpc.health.v1.Health/Check', stringField(1, '')),
  // Watchers of health are never let go.
  'grpc.health.v1.Health/Watch': standard('/grpc.health.v1.Health/Watch', stringField(1, ''), 1),
  'grpc.reflection.v1.ServerReflection/ServerReflectionInfo': standard(
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    LIST_SERVICES,
  ),
  'grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': standard(
    '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    LIST_SERVICES,
  ),
} as const satisfies Record<string, Endpoint>;

/** Of the API of our own: no client of Jaeger knows them. */
export const OWN_ENDPOINTS = {
  'GET /api/v1/about': nothing('/api/v1/about'),
  'GET /api/v1/services': own('/api/v1/services', 'services', ''),
  'GET /api/v1/operations': own('/api/v1/operations', 'operations', `service=${SERVICE}`),
  'GET /api/v1/attributes/keys': own('/api/v1/attributes/keys', 'keys of attributes', ''),
  'GET /api/v1/attributes/values': own('/api/v1/attributes/values', 'values of an attribute', `key=who&${NANOS}`), // prettier-ignore
  'GET /api/v1/dependencies': own('/api/v1/dependencies', 'which service called which', NANOS),
  'GET /api/v1/traces/{id}': own('/api/v1/traces/:traceId', 'a trace', '', {
    path: `/api/v1/traces/${TRACE}`,
    ...NOT_FOUND,
  }),
  'POST /api/v1/search': question('/api/v1/search', 'traces that match', { services: [SERVICE] }),
  'POST /api/v1/search, by errors': question('/api/v1/search', 'traces that match', { sort: 'errors' }),
  'POST /api/v1/spans': question('/api/v1/spans', 'spans that match', { columns: [{ key: 'who' }] }),
  'POST /api/v1/rates': question('/api/v1/rates', 'rates of minutes', { stepNanos: HOUR, by: ['service'] }),
  'POST /api/v1/rates, from spans': question('/api/v1/rates', 'rates of spans', {
    stepNanos: HOUR,
    by: [{ key: 'who' }, { key: 'telemetry.sdk.name', level: 'resource' }],
  }),
  'GET /ekuiper/trace/{id}': own('/ekuiper/trace/:traceId', 'a trace', '', {
    path: `/ekuiper/trace/${TRACE}`,
    ...NOT_FOUND,
  }),
  'GET /ekuiper/trace/rule/{id}': {
    ...own('/ekuiper/trace/rule/:ruleId', 'ids of traces', ''),
    ask: async (client) => {
      const answer = await client.http(`/ekuiper/trace/rule/${RULE}`);
      // What a space has of its own is in an id.
      return {
        ...answer,
        text: answer.text.replace(/[0-9a-f]{32}/g, (id) => Buffer.from(id, 'hex').toString('latin1')),
      };
    },
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof ENDPOINTS;

interface HttpRow {
  /** Where it is not what is registered. */
  readonly path?: string;
  readonly headers?: HttpRequest['headers'];
  readonly notFound?: number;
}

function own(registered: string, reads: string, query: string, row: HttpRow = {}): Endpoint {
  const { path = registered, headers = {}, notFound = 200 } = row;
  return {
    protocol: 'http',
    registered: [registered],
    reads,
    shows: 'own',
    prefixed: true,
    found: 200,
    notFound,
    ask: (client) => client.http(query === '' ? path : `${path}?${query}`, { headers }),
  };
}

function question(registered: string, reads: string, body: object): Endpoint {
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...NANO_TIMES, ...body }) }; // prettier-ignore
  return { ...own(registered, reads, ''), ask: (client) => client.http(registered, asked) };
}

function nothing(registered: string): Endpoint {
  return { ...own(registered, 'nothing', ''), shows: 'nothing' };
}

function everySpace(registered: readonly string[], reads: string, path: string): Endpoint {
  return { ...own(path, reads, ''), registered, shows: 'every space', prefixed: false };
}

interface MethodRow {
  readonly reads: string;
  readonly request: object;
  readonly shows?: Shows;
  readonly notFound?: number;
}

function methodsOf<S extends ServiceName, M extends string>(
  service: S,
  rows: Readonly<Record<M, MethodRow>>,
): Readonly<Record<`${S}/${M}`, Endpoint>> {
  const endpoints = Object.entries<MethodRow>(rows).map(([method, row]) => {
    const { path, requestSerialize } = definitionOf(service)[method]!;
    const { request, reads, shows = 'own', notFound = 0 } = row;
    const endpoint: Endpoint = { ...call(path, requestSerialize(request)), reads, shows, notFound };
    return [`${service}/${method}`, endpoint] as const;
  });
  return Object.fromEntries(endpoints) as Record<`${S}/${M}`, Endpoint>;
}

/** Of a service that every gRPC server may have. */
function standard(path: string, message: Buffer, messages?: number): Endpoint {
  return { ...call(path, message, messages), reads: 'nothing', shows: 'nothing' };
}

function call(path: string, message: Buffer, messages?: number): Omit<Endpoint, 'reads' | 'shows'> {
  return {
    protocol: 'grpc',
    registered: [path],
    prefixed: false,
    found: 0,
    notFound: 0,
    ask: (client) => client.grpc({ path, message, ...(messages === undefined ? {} : { messages }) }),
  };
}

function moment(nanos: bigint): object {
  return { seconds: String(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) };
}
