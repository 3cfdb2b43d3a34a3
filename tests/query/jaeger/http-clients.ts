import { expect } from 'vitest';
import type { HttpRequest } from '../../support/query-client.ts';
import { BEGIN, BEGIN_MS } from '../../support/query-server.ts';
import { type ClientGeneration, END_MS, type Exchange } from './client-generation.ts';
import * as need from './client-needs.ts';
import type { Need } from './client-needs.ts';
import type { EndpointName } from './endpoints.ts';
import { AWKWARD_SERVICE, LONG_ID, LONG_ID_BASE64, MISSING_ID, SHORT_ID } from './shop-spans.ts';

const LOOKBACK_MS = 3_600_000;
const micros = (ms: number): string => `${ms}000`;
const iso = (ms: number): string => new Date(ms).toISOString();
const escaped = encodeURIComponent;

/** Of a search form that was filled in and left empty in places, in the order in which the UI writes it. */
const FORM = `end=${micros(END_MS)}&limit=20&lookback=1h&maxDuration&minDuration&service=web&start=${micros(END_MS - LOOKBACK_MS)}`;
const TAGS = escaped('{"http.method":"GET","error":"true"}');
const MONITOR = `service=web&endTs=${END_MS}&lookback=180000&step=60000&ratePer=600000&spanKind=server`;

const TEN_SECONDS = 'within the ten seconds after which it gives up';

const get = (
  endpoint: EndpointName,
  path: string,
  needs: string,
  holds: Need,
  request: HttpRequest = {},
): Exchange => ({ endpoint, ask: (client) => client.http(path, request), needs, holds });

const services = get('GET /api/services', '/api/services', 'an array of names', need.SERVICES);
const operations = get(
  'GET /api/services/{service}/operations',
  `/api/services/${escaped(AWKWARD_SERVICE)}/operations`,
  'an array of names, also of a service whose name has a slash and a space',
  need.OPERATION_NAMES,
);
const noOperations = get(
  'GET /api/services/{service}/operations',
  '/api/services/nobody/operations',
  'null for a service that is not known',
  need.NO_OPERATION_NAMES,
);
const oneTrace = get(
  'GET /api/traces/{traceID}',
  `/api/traces/${LONG_ID}`,
  'exactly one trace, with integers as integers, every process that a span names, and lists that are lists',
  need.ONE_TRACE,
);
const shortTrace = get(
  'GET /api/traces/{traceID}',
  `/api/traces/${SHORT_ID}`,
  'an id of 64 bits found and shown with 16 digits',
  need.every(need.ONE_TRACE, need.says(`"traceID":"${SHORT_ID}"`)),
);
const missingTrace = get(
  'GET /api/traces/{traceID}',
  `/api/traces/${MISSING_ID}`,
  'an error in words for a trace that is not there',
  need.refused(404),
);
const dependencies = get(
  'GET /api/dependencies',
  `/api/dependencies?endTs=${END_MS}&lookback=604800000`,
  'an array of links with whole numbers of calls, times in milliseconds',
  need.LINKS,
);

const formSearch: readonly Exchange[] = [
  get(
    'GET /api/traces, search',
    `/api/traces?${FORM}`,
    'at most as many traces as asked for, the newest first, none without spans; empty durations and lookback are no mistakes',
    need.every(need.TRACES, need.newestFirst(20)),
  ),
  get(
    'GET /api/traces, search',
    `/api/traces?end=${micros(END_MS)}&limit=1500&lookback=1h&maxDuration=1s&minDuration=100us&operation=list%20items&service=${escaped(AWKWARD_SERVICE)}&start=${micros(BEGIN_MS)}&tags=${TAGS}`,
    'the tags box as JSON, and a limit of 1500',
    need.every(need.TRACES, need.says(LONG_ID)),
  ),
  get(
    'GET /api/traces, search',
    `/api/traces?${FORM}&operation=nothing`,
    'an empty array where nothing is found',
    need.NO_TRACES,
  ),
];

const v3Services = get(
  'GET /api/v3/services',
  '/api/v3/services',
  `an array, ${TEN_SECONDS}`,
  need.V3_SERVICES,
);
const v3Operations = get(
  'GET /api/v3/operations',
  `/api/v3/operations?service=${escaped('db')}`,
  'a name and a kind of every operation, both of them text; no kind is internal',
  need.every(need.V3_OPERATIONS, need.says('{"name":"COMMIT","spanKind":"internal"}')),
);

const summaries = (params: string, needs: string, holds: Need): Exchange =>
  get(
    'GET /api/v3/trace-summaries',
    `/api/v3/trace-summaries?query.startTimeMin=${iso(BEGIN_MS)}&query.startTimeMax=${iso(END_MS)}&${params}`,
    needs,
    holds,
  );
const summarySearch: readonly Exchange[] = [
  summaries(
    'query.serviceName=web&query.searchDepth=20',
    `summaries that pass the UI's own checks (ids of 32 digits, times as digits, counts, a name for every service), ${TEN_SECONDS}`,
    need.SOME_SUMMARIES,
  ),
  summaries(
    `query.serviceName=${escaped(AWKWARD_SERVICE)}&query.operationName=list%20items&query.searchDepth=20&query.durationMin=1ms&query.durationMax=1s&query.attributes=${TAGS}`,
    'every field of the search form',
    need.every(need.SOME_SUMMARIES, need.says(LONG_ID)),
  ),
  summaries(
    'query.searchDepth=1500',
    'all services at once, a sender without a name among them',
    need.every(need.SOME_SUMMARIES, need.says('"rootServiceName":"unknown_service"')),
  ),
  summaries(
    'query.serviceName=nobody&query.searchDepth=20',
    'an empty array where nothing is found, not an error',
    need.NO_SUMMARIES,
  ),
];

const monitor: readonly Exchange[] = [
  ...['0.5', '0.75', '0.95'].map((quantile) =>
    get(
      'GET /api/metrics/latencies',
      `/api/metrics/latencies?${MONITOR}&quantile=${quantile}`,
      'an array of series, each with its service as the first label and numbers or "NaN"',
      need.FAMILY,
    ),
  ),
  ...(['calls', 'errors'] as const).map((family) =>
    get(
      `GET /api/metrics/${family}`,
      `/api/metrics/${family}?${MONITOR}`,
      'the same of a rate',
      need.every(need.FAMILY, need.says(`service_${family === 'calls' ? 'call' : 'error'}_rate`)),
    ),
  ),
  ...(['latencies', 'calls', 'errors'] as const).map((family) =>
    get(
      `GET /api/metrics/${family}`,
      `/api/metrics/${family}?${MONITOR}&groupByOperation=true${family === 'latencies' ? '&quantile=0.95' : ''}`,
      'the same by operation, which is a label by name',
      need.every(need.FAMILY, need.says('{"name":"operation","value":"GET /"}')),
    ),
  ),
];
const minStep = get(
  'GET /api/metrics/minstep',
  '/api/metrics/minstep',
  'the least step (up to UI 2.17, which asks before it draws)',
  need.MIN_STEP,
);

const archiving = get(
  'POST /api/archive/{traceID}',
  `/api/archive/${LONG_ID}`,
  'success, also the second time',
  need.ARCHIVED,
  { method: 'POST' },
);

/** What every UI asks besides lists and search. */
const everyUi: readonly Exchange[] = [
  oneTrace,
  shortTrace,
  missingTrace,
  archiving,
  archiving,
  get(
    'POST /api/transform',
    '/api/transform',
    'a file of OTLP/JSON as traces',
    need.every(need.ONE_TRACE, need.says('"serviceName":"uploaded"')),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(uploadedFile()),
    },
  ),
  dependencies,
  ...monitor,
  get(
    'GET /analytics/v1/dependencies',
    `/analytics/v1/dependencies?service=db&operation=&start=0&end=0`,
    'paths, with times of zero for times that nobody chose (a screen that is off by default)',
    need.PATHS,
  ),
  get(
    'GET /api/quality-metrics',
    '/api/quality-metrics?hours=24&service=web',
    'scores and metrics (a screen that is off by default)',
    need.QUALITY_METRICS,
  ),
];

function uploadedFile(): object {
  const attributes = [{ key: 'service.name', value: { stringValue: 'uploaded' } }];
  const span = {
    traceId: LONG_ID,
    spanId: '00000000000000aa',
    name: 'read',
    startTimeUnixNano: String(BEGIN),
    endTimeUnixNano: String(BEGIN + 1n),
  };
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] };
}

const page = (path: string, release: '2.17' | '2.20', needs: string, holds: Need): Exchange => ({
  endpoint: 'GET / and every page of the Jaeger UI',
  ask: (client) => client.page(path, release),
  needs,
  holds,
});
const oldPage = page(
  '/search',
  '2.17',
  'the page under any of its paths, with the base of its links and the storage that there is written into it',
  need.pageWith('<base href="./"', '"archiveStorage":true,"metricsStorage":true'),
);
const newPage = page(
  '/search',
  '2.20',
  'the page under any of its paths, with what the server can do written into it',
  need.pageWith('JAEGER_BACKEND_CAPABILITIES = {"archiveStorage":true', '"searchWithoutServiceName":true'),
);
const icon: Exchange = {
  endpoint: 'GET /favicon.ico of the Jaeger UI',
  ask: (client) => client.page('/favicon.ico'),
  needs: 'the icon',
  holds: ({ status }) => {
    expect(status).toBe(200);
  },
};

/** Of Go's client, which Grafana's data source is written with. */
const GO: HttpRequest = {
  headers: { 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip, deflate, br' },
};
const go = (exchange: Exchange, path: string): Exchange => ({
  ...exchange,
  ask: (client) => client.http(path, GO),
});

const grafanaSearch: readonly Exchange[] = [
  get(
    'GET /api/traces, search',
    `/api/traces?end=${micros(END_MS)}&limit=20&service=web&start=${micros(BEGIN_MS)}`,
    'traces none of which is without spans: it looks at the first one of each; numbers that Go reads as integers; warnings that are null or text',
    need.every(need.TRACES, need.newestFirst(20)),
    GO,
  ),
  get(
    'GET /api/traces, search',
    `/api/traces?end=${micros(END_MS)}&limit=20&maxDuration=1s&minDuration=1ms&operation=list+items&service=team+a%2Fcart&start=${micros(BEGIN_MS)}&tags=${TAGS}`,
    'every field of its form, spaces written as a plus',
    need.every(need.TRACES, need.says(LONG_ID)),
    GO,
  ),
];

/** Nobody escapes it: the plus of the offset arrives as a space. */
const berlin = (ms: number): string => iso(ms + 7_200_000).replace('Z', '000000+02:00');

const JAEGER_UI: readonly ClientGeneration[] = [
  {
    name: 'Jaeger UI up to 2.14',
    column: 'UI ≤ 2.14',
    protocol: 'http',
    naming: 'path',
    asks: 'The first generation for everything.',
    exchanges: [oldPage, icon, services, operations, noOperations, ...formSearch, ...everyUi, minStep],
  },
  {
    name: 'Jaeger UI 2.15 to 2.18',
    column: 'UI 2.15–2.18',
    protocol: 'http',
    naming: 'path',
    asks: 'Services and operations of the second generation, the rest of the first.',
    exchanges: [oldPage, icon, v3Services, v3Operations, ...formSearch, ...everyUi, minStep],
  },
  {
    name: 'Jaeger UI 2.19 and newer',
    column: 'UI ≥ 2.19',
    protocol: 'http',
    naming: 'path',
    asks: 'Services, operations and search of the second generation; a trace of the first.',
    exchanges: [newPage, icon, v3Services, v3Operations, ...summarySearch, ...everyUi],
  },
];

const GRAFANA: readonly ClientGeneration[] = [
  {
    name: 'Grafana’s Jaeger data source',
    column: 'Grafana',
    protocol: 'http',
    naming: 'path',
    asks: 'As it is by default: the first generation for everything, its health check among it.',
    exchanges: [
      go(services, '/api/services'),
      go(operations, `/api/services/${escaped(AWKWARD_SERVICE)}/operations`),
      ...grafanaSearch,
      go(oneTrace, `/api/traces/${LONG_ID}`),
      go(
        { ...oneTrace, needs: 'the whole trace, although start and end come in milliseconds by mistake' },
        `/api/traces/${LONG_ID}?start=${BEGIN_MS}&end=${END_MS}`,
      ),
      go(missingTrace, `/api/traces/${MISSING_ID}`),
      go(dependencies, `/api/dependencies?endTs=${END_MS}&lookback=${LOOKBACK_MS}`),
    ],
  },
  {
    name: 'The same with the toggle `jaegerEnableGrpcEndpoint`',
    column: 'Grafana, toggled',
    protocol: 'http',
    naming: 'path',
    asks: 'The second generation for lists and traces. It takes booleans and doubles for text, and so shows no trace that has one, from whatever server: that is not ours to mend.',
    exchanges: [
      go(v3Services, '/api/v3/services'),
      go(v3Operations, '/api/v3/operations?service=db'),
      ...grafanaSearch,
      get(
        'GET /api/v3/traces/{trace_id}',
        `/api/v3/traces/${LONG_ID}?start_time=${berlin(BEGIN_MS)}&end_time=${berlin(END_MS)}`,
        'times of another zone, whose plus arrives as a space; ids in hex, 64-bit numbers as text',
        need.every(need.OTLP, need.says(LONG_ID, '{"intValue":"9223372036854775807"}')),
        GO,
      ),
      get(
        'GET /api/v3/traces/{trace_id}',
        `/api/v3/traces/${MISSING_ID}`,
        'not found, for a trace that is not there',
        ({ status }) => {
          expect(status).toBe(404);
        },
        GO,
      ),
      go(dependencies, `/api/dependencies?endTs=${END_MS}&lookback=${LOOKBACK_MS}`),
    ],
  },
  {
    name: 'Jaeger’s own plugin for Grafana, 0.4 and newer',
    column: 'Jaeger’s plugin',
    protocol: 'http',
    naming: 'path',
    asks: 'The second generation through Grafana’s proxy, and the UI in a frame.',
    exchanges: [
      v3Services,
      v3Operations,
      ...summarySearch.slice(0, 1),
      summaries(
        'query.serviceName=&query.searchDepth=20',
        'a service that is empty and so means all of them',
        need.every(need.SOME_SUMMARIES, need.says('"rootServiceName":"web"')),
      ),
      page(
        `/trace/${LONG_ID}?uiEmbed=v0`,
        '2.20',
        'the page of a trace in a frame of another site',
        need.pageWith('JAEGER_BACKEND_CAPABILITIES = {'),
      ),
      { ...oneTrace, needs: 'what the UI in the frame asks for' },
    ],
  },
];

const scripts: ClientGeneration = {
  name: 'Scripts, Kiali, Perses',
  column: 'scripts',
  protocol: 'http',
  naming: 'headers',
  asks: 'The first generation, in all the spellings that are about.',
  exchanges: [
    services,
    operations,
    get(
      'GET /api/operations',
      '/api/operations?service=web&spanKind=server',
      'operations with their kinds',
      need.KINDED_OPERATIONS,
    ),
    get(
      'GET /api/traces, search',
      '/api/traces?service=web&lookback=1h&log=x:y&limit=5&prettyPrint=true',
      'the last two days where no time is given; what nobody knows is passed over; indented on demand',
      need.every(need.TRACES, need.newestFirst(5), need.says('{\n    "data": [')),
    ),
    get(
      'GET /api/traces, search',
      `/api/traces?service=${escaped(AWKWARD_SERVICE)}&tag=http.method:GET&tag=error:true`,
      'tags one by one as key:value',
      need.every(need.TRACES, need.says(LONG_ID)),
    ),
    get('GET /api/traces, search', '/api/traces?limit=5', 'a refusal that names the service', (answer) => {
      need.refused(400)(answer);
      expect(answer.text).toContain("parameter 'service' is required");
    }),
    get(
      'GET /api/traces, by ids',
      `/api/traces?traceID=${LONG_ID.toUpperCase()}&traceID=${SHORT_ID}&traceID=${MISSING_ID}`,
      'the traces that are there, and an error for each that is not',
      need.SOME_TRACES_AND_ERRORS,
    ),
    oneTrace,
    get(
      'GET /api/traces/{traceID}',
      `/api/traces/${escaped(LONG_ID_BASE64)}`,
      'an id in base64',
      need.every(need.ONE_TRACE, need.says(LONG_ID)),
    ),
    missingTrace,
    get('GET /api/traces/{traceID}', '/api/traces/not-an-id!', 'a refusal of what is no id', need.refused(400)),
    get(
      'GET /api/traces/{traceID}, raw',
      `/api/traces/${LONG_ID}?raw=true`,
      'the trace as it was sent',
      need.ONE_TRACE,
    ),
    get('GET /api/services', '/api/services', 'HEAD answered as GET is, without a body', (answer) => {
      expect([answer.status, answer.text]).toEqual([200, '']);
    }, { method: 'HEAD' }),
    get('GET /api/services', '/api/services', 'another method not found', (answer) => {
      expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
    }, { method: 'DELETE' }),
    dependencies,
    get(
      'GET /api/deep-dependencies',
      '/api/deep-dependencies?service=db',
      'paths through a service',
      need.PATHS,
    ),
  ],
}; // prettier-ignore

export const HTTP_CLIENTS: readonly ClientGeneration[] = [...JAEGER_UI, ...GRAFANA, scripts];
