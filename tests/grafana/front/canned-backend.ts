import type { DsQuery, FrontAnswer, PluginBackend } from './grafana-front.ts';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER_TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const START_MS = Date.parse('2026-11-21T10:30:00Z');

/** A backend that always says the same, and remembers what it was asked. */
export interface CannedBackend extends PluginBackend {
  readonly queries: Readonly<Record<string, unknown>>[];
  readonly asked: string[];
}

export function createCannedBackend(): CannedBackend {
  const queries: Readonly<Record<string, unknown>>[] = [];
  const asked: string[] = [];
  return {
    queries,
    asked,
    query: (body) => {
      queries.push(...body.queries);
      return Promise.resolve({ status: 200, body: { results: resultsOf(body) } });
    },
    resource: (url) => {
      asked.push(url);
      return Promise.resolve(resourceOf(url.split('?')[0]!));
    },
    health: () =>
      Promise.resolve({
        status: 200,
        body: { status: 'OK', message: 'acme/shop/traces holds 48,213 spans', details: {} },
      }),
  };
}

function resultsOf({ queries }: DsQuery): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    queries.map((query) => {
      const isTrace = query['queryType'] === 'trace' || query['queryType'] === undefined;
      return [String(query['refId']), { status: 200, frames: [isTrace ? traceFrame() : searchFrame()] }];
    }),
  );
}

const RESOURCES: Readonly<Record<string, unknown>> = {
  about: { kind: 'spanhouse', version: '0.1.0', features: ['search'] },
  services: { services: ['cart', 'checkout', 'frontend'], cut: false },
  operations: {
    operations: [
      { service: 'cart', name: 'POST /cart', kind: 'server' },
      { service: 'cart', name: 'redis SET', kind: 'client' },
    ],
    cut: false,
  },
  'attributes/keys': {
    keys: [
      { key: 'http.route', level: 'span' },
      { key: 'k8s.pod.name', level: 'resource' },
    ],
    cut: false,
  },
  'attributes/values': {
    values: [
      { value: '/cart', count: '120' },
      { value: '/checkout', count: '14' },
    ],
  },
  spaces: {
    spaces: [
      { tenant: 'acme', db: 'shop', table: 'traces', spanCount: 48_213 },
      { tenant: 'globex', db: 'default', table: 'default', spanCount: 7 },
    ],
  },
};

function resourceOf(path: string): FrontAnswer {
  const body = RESOURCES[path];
  return body === undefined
    ? { status: 404, body: { message: `there is no ${path}` } }
    : { status: 200, body };
}

interface FieldSchema {
  readonly name: string;
  readonly type: string;
  readonly config?: object;
}

function frame(
  name: string,
  shown: string,
  fields: readonly FieldSchema[],
  values: readonly unknown[][],
): object {
  return { schema: { name, meta: { preferredVisualisationType: shown }, fields }, data: { values } };
}

function searchFrame(): object {
  const link = {
    title: 'Trace: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: 'spanhouse',
      datasourceName: 'Spanhouse',
      query: { query: '${__value.raw}', queryType: 'trace' },
    },
  };
  return frame(
    'traces',
    'table',
    [
      { name: 'traceID', type: 'string', config: { displayName: 'Trace ID', links: [link] } },
      { name: 'traceName', type: 'string', config: { displayName: 'Trace name' } },
      { name: 'startTime', type: 'time', config: { displayName: 'Start time' } },
      { name: 'duration', type: 'number', config: { displayName: 'Duration', unit: 'µs' } },
    ],
    [
      [TRACE_ID, OTHER_TRACE_ID],
      ['frontend: GET /cart', 'checkout: POST /order'],
      [START_MS, START_MS + 1_000],
      [182_000, 2_400_000],
    ],
  );
}

function traceFrame(): object {
  return frame(
    'A',
    'trace',
    [
      { name: 'traceID', type: 'string' },
      { name: 'spanID', type: 'string' },
      { name: 'operationName', type: 'string' },
      { name: 'serviceName', type: 'string' },
      { name: 'startTime', type: 'number' },
      { name: 'duration', type: 'number' },
    ],
    [
      [TRACE_ID, TRACE_ID],
      ['00f067aa0ba902b7', 'b9c7c989f97918e1'],
      ['GET /cart', 'redis SET'],
      ['frontend', 'cart'],
      [START_MS, START_MS + 20],
      [182, 3.5],
    ],
  );
}
