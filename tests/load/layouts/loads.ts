/**
 * The two loads of the performance notes, as SQL that the engine runs to make its own segment files: every value is a
 * hash of (trace, span, salt), so the data is the same wherever and in whatever pieces it is made.
 */
export interface Load {
  readonly name: 'first' | 'second';
  readonly spansPerTrace: number;
  /** Between the starts of two traces. */
  readonly traceIntervalNanos: number;
  /** Spans of the trace `t`, an expression. */
  readonly length: string;
  readonly attr: string;
  readonly attrUnique: string;
  readonly attrTypes: string;
}

/** 2026-01-05 00:00:00 UTC. */
export const EPOCH_SECONDS = 1_767_571_200;

const hash = (salt: string): string => `cityHash64(t, j, '${salt}')`;
const pick = (salt: string, of: number): string => `toString(${hash(salt)} % ${of})`;
const hex = (salt: string): string => `lower(hex(${hash(salt)}))`;

const map = (entries: readonly (readonly [string, string])[]): string =>
  `map(${entries.map(([key, value]) => `'${key}', ${value}`).join(', ')})`;

/** 14 span attributes: four that never change, five that repeat, one of 9,000 values, four nearly unique. */
export const FIRST: Load = {
  name: 'first',
  spansPerTrace: 18,
  traceIntervalNanos: 6_000_000,
  length: '4 + cityHash64(t) % 29',
  attr: map([
    ['http.request.method', `['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'][1 + ${hash('method')} % 6]`],
    ['http.route', `concat('/api/v1/resource-', ${pick('route', 40)}, '/{id}')`],
    [
      'http.response.status_code',
      `['200', '200', '200', '200', '201', '204', '404', '500'][1 + ${hash('code')} % 8]`,
    ],
    ['server.address', `concat('node-', ${pick('node', 24)}, '.cluster.local')`],
    ['thread.name', `concat('worker-', ${pick('thread', 16)})`],
    ['network.protocol.name', `'http'`],
    ['network.protocol.version', `'1.1'`],
    ['server.port', `'8080'`],
    ['url.scheme', `'https'`],
    ['customer.id', `concat('customer-', ${pick('customer', 9000)})`],
  ]),
  attrUnique: map([
    [
      'url.full',
      `concat('https://shop.example/api/v1/resource/', ${pick('url', 1_000_000_000)}, '?view=full')`,
    ],
    ['request.id', hex('request')],
    ['session.id', hex('session')],
    ['message.offset', pick('offset', 1_000_000_000)],
  ]),
  attrTypes: `'ssissssisssSSI'`,
};

const SECOND_KEYS = 97;
const SECOND_VALUES = 1000;

/** 11 attributes drawn from 97 keys of 1,000 values each; six hours are 1,000,000 traces of ten spans. */
export const SECOND: Load = {
  name: 'second',
  spansPerTrace: 10,
  traceIntervalNanos: 21_600_000,
  length: '10',
  attr: `mapFromArrays(
    arrayMap(i -> concat('attribute.', toString((${hash('key')} + i * 31) % ${SECOND_KEYS})), range(11)),
    arrayMap(i -> concat('value-', toString(cityHash64(t, j, i) % ${SECOND_VALUES})), range(11)))`,
  attrUnique: `map()`,
  attrTypes: `'sssssssssss'`,
};

export const LOADS: Readonly<Record<Load['name'], Load>> = { first: FIRST, second: SECOND };

const SERVICES = 16;
const PODS = 4;

/** Twelve resource attributes, for the layout that repeats them on every span. */
export const RESOURCE_ATTRIBUTES = map([
  ['service.name', 'service'],
  ['service.version', `concat('2.', toString(resource_id % ${SERVICES}), '.1')`],
  ['service.instance.id', `concat(service, '-', lower(hex(resource_id)))`],
  ['service.namespace', `'shop'`],
  ['deployment.environment.name', `'production'`],
  ['telemetry.sdk.name', `'opentelemetry'`],
  ['telemetry.sdk.language', `'nodejs'`],
  ['telemetry.sdk.version', `'2.12.0'`],
  ['k8s.namespace.name', `'shop'`],
  ['k8s.pod.name', `concat(service, '-', lower(hex(cityHash64(resource_id))))`],
  ['k8s.node.name', `concat('node-', toString(resource_id % 24))`],
  ['host.arch', `'amd64'`],
]);

/** Columns of SPAN_COLUMNS, in its order, for the traces numbered `from` to `from + traces`, as they would arrive. */
export function compileSpans(load: Load, from: number, traces: number): string {
  return `
SELECT
  'default' AS tenant, 'public' AS db, 'traces' AS \`table\`,
  toUInt32(toUnixTimestamp(start) / 10) AS bucket,
  sipHash128(t, 'trace') AS trace_id,
  reinterpretAsFixedString(${hash('id')}) AS span_id,
  if(j = 0, toFixedString('', 8), reinterpretAsFixedString(cityHash64(t, intDiv(j - 1, 2), 'id'))) AS parent_span_id,
  fromUnixTimestamp64Nano(toInt64(${EPOCH_SECONDS}000000000 + t * ${load.traceIntervalNanos} + j * 2000000
    + ${hash('start')} % 2000000), 'UTC') AS start,
  toUInt64(50000 * exp(${hash('duration')} % 1000 / 125)) AS duration,
  concat('service-', leftPad(toString((cityHash64(t, 'service') + intDiv(j, 2)) % ${SERVICES}), 2, '0')) AS service,
  concat('GET /api/v1/resource-', ${pick('name', 20)}) AS name,
  toInt8(1 + cityHash64(service, name) % 5) AS kind,
  toInt8(if(${hash('status')} % 50 = 0, 2, 0)) AS status,
  if(status = 2, 'upstream timed out', '') AS status_message,
  '' AS trace_state, toUInt32(257) AS flags,
  toUInt32(0) AS dropped_attributes, toUInt32(0) AS dropped_events, toUInt32(0) AS dropped_links,
  cityHash64(service, ${hash('pod')} % ${PODS}) AS resource_id,
  cityHash64(service, 'scope') AS scope_id,
  ${load.attr} AS attr,
  ${load.attrUnique} AS attr_u,
  ${load.attrTypes} AS attr_types,
  if(status = 2, [(start, 'exception', map('exception.type', 'TimeoutError'), 's', toUInt32(0))], []) AS events,
  [] AS links,
  toDate('2100-01-01') AS expires,
  toUInt8(3) AS listed
FROM (SELECT number AS t, ${load.length} AS length FROM numbers(${from}, ${traces}))
ARRAY JOIN range(toUInt32(length)) AS j
ORDER BY start`;
}
