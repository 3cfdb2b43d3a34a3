import type { Attribute, AttributeValue, Attributes } from '../../span/attribute.ts';
import type { Resource, Scope, Span, SpanEvent, SpanId, SpanLink, TraceId } from '../../span/span.ts';

/** When the traces of the corpus begin: fixed, so that goldens can hold it. */
export const CORPUS_START_NANOS = 1_706_678_909_000_000_000n;

const MICRO = 1_000n;
const MILLI = 1_000_000n;
const SECOND = 1_000_000_000n;

/** What a trace of the corpus says of a span; the rest does not matter to it. */
export interface CorpusDraft {
  readonly trace: string | number;
  readonly id: string | number;
  readonly parent?: string | number;
  readonly name?: string;
  readonly kind?: Span['kind'];
  /** After the start of the corpus. */
  readonly atNanos?: bigint;
  readonly durationNanos?: bigint;
  readonly status?: Span['statusCode'];
  readonly message?: string;
  readonly attributes?: Attributes;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  readonly resource?: Resource;
  readonly scope?: Scope;
  readonly traceState?: string;
  readonly flags?: number;
}

export function corpusSpan(draft: CorpusDraft): Span {
  const resource = draft.resource ?? SHOP;
  return {
    traceId: traceIdOf(draft.trace),
    spanId: spanIdOf(draft.id),
    parentSpanId: draft.parent === undefined ? undefined : spanIdOf(draft.parent),
    traceState: draft.traceState ?? '',
    flags: draft.flags ?? 0,
    name: draft.name ?? 'op',
    service: serviceOf(resource),
    kind: draft.kind ?? 'internal',
    startNanos: CORPUS_START_NANOS + (draft.atNanos ?? 0n),
    durationNanos: draft.durationNanos ?? 2n * MILLI,
    statusCode: draft.status ?? 'unset',
    statusMessage: draft.message ?? '',
    attributes: draft.attributes ?? [],
    events: draft.events ?? [],
    links: draft.links ?? [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource,
    scope: draft.scope ?? NO_SCOPE,
  };
}

/** The id as its last digits, or as a number. */
export function traceIdOf(id: string | number): TraceId {
  return id.toString(16).padStart(32, '0') as TraceId;
}

export function spanIdOf(id: string | number): SpanId {
  return id.toString(16).padStart(16, '0') as SpanId;
}

export const text = (key: string, value: string): Attribute => of(key, { type: 'string', value });
export const int = (key: string, value: bigint): Attribute => of(key, { type: 'int', value });
export const double = (key: string, value: number): Attribute => of(key, { type: 'double', value });
export const bool = (key: string, value: boolean): Attribute => of(key, { type: 'bool', value });
export const bytes = (key: string, ...value: number[]): Attribute =>
  of(key, { type: 'bytes', value: Uint8Array.from(value) });
export const list = (key: string, ...value: AttributeValue[]): Attribute => of(key, { type: 'array', value });
export const map = (key: string, ...value: Attribute[]): Attribute => of(key, { type: 'map', value });
export const empty = (key: string): Attribute => of(key, { type: 'empty' });

export function resourceOf(service: string, ...attributes: Attribute[]): Resource {
  return originOf([text('service.name', service), ...attributes]);
}

export function originOf(attributes: Attributes): Resource {
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}

export function scopeOf(name: string, version: string, ...attributes: Attribute[]): Scope {
  return { name, version, ...originOf(attributes) };
}

export function eventOf(atNanos: bigint, name: string, ...attributes: Attribute[]): SpanEvent {
  return { timeNanos: CORPUS_START_NANOS + atNanos, name, attributes, droppedAttributesCount: 0 };
}

export function linkOf(trace: string | number, id: string | number, ...attributes: Attribute[]): SpanLink {
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdOf(id),
    traceState: '',
    attributes,
    droppedAttributesCount: 0,
    flags: 0,
  };
}

function of(key: string, value: AttributeValue): Attribute {
  return { key, value };
}

function serviceOf({ attributes }: Resource): string {
  const name = attributes.find(({ key }) => key === 'service.name')?.value;
  return name?.type === 'string' && name.value !== '' ? name.value : 'unknown_service';
}

const SHOP = resourceOf('shop', text('host.name', 'shop-1'));
const STOCK = resourceOf('stock', text('host.name', 'stock-1'), text('deployment.environment', 'prod'));
const NO_SCOPE = scopeOf('', '');

/** Unsorted on purpose; one key stands twice. */
const EVERY_TYPE: Attributes = [
  text('text', 'a = "b"\n'),
  int('int', -42n),
  int('int.most', 9_223_372_036_854_775_807n),
  int('int.least', -9_223_372_036_854_775_808n),
  int('int.safe', 9_007_199_254_740_991n),
  int('int.unsafe', 9_007_199_254_740_992n),
  double('double', 72.5),
  double('double.whole', 3),
  double('double.large', 1e21),
  double('double.small', 1e-7),
  double('double.nan', Number.NaN),
  double('double.infinity', Number.NEGATIVE_INFINITY),
  double('double.zero', -0),
  bool('bool', true),
  bool('bool', false),
  bytes('bytes', 0, 255, 10, 62),
  list('array', { type: 'int', value: 1n }, { type: 'string', value: '<&>' }, { type: 'empty' }),
  map('map', text('z', 'last'), int('big', 9_007_199_254_740_993n), bytes('b', 1), list('a'), map('inner')),
  empty('empty'),
  text('', 'a key of no letters'),
];

/** One trace for every thing that a presenter or an adjuster may stumble over; each has an id of its own. */
export const CORPUS: Readonly<Record<string, readonly Span[]>> = {
  'one-span': [
    corpusSpan({
      trace: '83a9efd15c1c98a977e0711cc93ee28b',
      id: 'e127af99e3b3e074',
      parent: '909541b92cf05311',
      name: 'okey-dokey-0',
      kind: 'server',
      atNanos: 209_712n * MICRO + 999n,
      durationNanos: 123n * MICRO,
      attributes: [text('net.peer.ip', '1.2.3.4'), text('peer.service', 'telemetrygen-client')],
      resource: resourceOf('telemetrygen'),
      scope: scopeOf('telemetrygen', ''),
    }),
  ],
  'every-type': [
    corpusSpan({
      trace: 'a0000000000000000000000000000001',
      id: 1,
      attributes: EVERY_TYPE,
      resource: resourceOf('every-type', ...EVERY_TYPE),
      scope: scopeOf('lib', '1.2', ...EVERY_TYPE),
      events: [eventOf(MILLI, 'named', ...EVERY_TYPE), eventOf(MILLI, '', ...EVERY_TYPE)],
      links: [linkOf('a0000000000000000000000000000002', 1, ...EVERY_TYPE)],
    }),
  ],
  'kinds-and-statuses': (
    ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
  ).flatMap((kind, at) =>
    (['unset', 'ok', 'error'] as const).map((status, nth) =>
      corpusSpan({
        trace: 'a0000000000000000000000000000003',
        id: at * 3 + nth + 1,
        ...(at + nth === 0 ? {} : { parent: 1 }),
        name: `${kind} ${status}`,
        kind,
        status,
        message: status === 'error' ? 'out of cheese\nplease reboot' : '',
        traceState: nth === 1 ? 'vendor=1,other=2' : '',
        flags: nth,
        atNanos: BigInt(at * 3 + nth) * MILLI,
        durationNanos: 20n * MILLI,
      }),
    ),
  ),
  events: [
    corpusSpan({
      trace: 'a0000000000000000000000000000004',
      id: 1,
      events: [
        eventOf(2n * MILLI + 1_999n, 'later', text('z', '1'), text('a', '2')),
        eventOf(MILLI, 'exception', text('exception.type', 'Error'), text('event', 'my own')),
        eventOf(0n, ''),
        eventOf(MILLI, 'bare'),
      ],
    }),
  ],
  links: [
    corpusSpan({ trace: 'a0000000000000000000000000000005', id: 1, durationNanos: SECOND }),
    corpusSpan({
      trace: 'a0000000000000000000000000000005',
      id: 2,
      parent: 1,
      atNanos: MILLI,
      links: [
        linkOf('a0000000000000000000000000000005', 1),
        linkOf('a0000000000000000000000000000004', 1),
        linkOf('4', 3, text('opentracing.ref_type', 'child_of')),
        linkOf('a0000000000000000000000000000004', 2, text('opentracing.ref_type', 'follows_from')),
      ],
    }),
    corpusSpan({
      trace: 'a0000000000000000000000000000005',
      id: 3,
      parent: 1,
      atNanos: 2n * MILLI,
      links: [
        linkOf('a0000000000000000000000000000005', 1, text('opentracing.ref_type', 'child_of')),
        linkOf(0, 0),
        { ...linkOf(0, 7), flags: 1, traceState: 'a=b' },
      ],
    }),
  ],
  orphans: [
    corpusSpan({ trace: 'a0000000000000000000000000000006', id: 0x10, parent: 0x63 }),
    corpusSpan({ trace: 'a0000000000000000000000000000006', id: 0x11, parent: 0x10, atNanos: MILLI }),
    corpusSpan({ trace: 'a0000000000000000000000000000006', id: 0x12, parent: 0x64, atNanos: 2n * MILLI }),
  ],
  'several-roots': [
    corpusSpan({ trace: 'a0000000000000000000000000000007', id: 1, name: 'first' }),
    corpusSpan({ trace: 'a0000000000000000000000000000007', id: 2, name: 'second', resource: STOCK }),
    corpusSpan({ trace: 'a0000000000000000000000000000007', id: 3, parent: 2, atNanos: MILLI, resource: STOCK }), // prettier-ignore
  ],
  'duplicate-ids': [
    corpusSpan({ trace: 'a0000000000000000000000000000008', id: 1, durationNanos: SECOND }),
    corpusSpan({ trace: 'a0000000000000000000000000000008', id: 2, parent: 1, name: 'same', attributes: [text('a', '1')] }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000008', id: 2, parent: 1, name: 'same', attributes: [text('a', '1')] }), // prettier-ignore
    corpusSpan({
      trace: 'a0000000000000000000000000000008',
      id: 2,
      parent: 1,
      name: 'other',
      atNanos: MILLI,
    }),
    corpusSpan({ trace: 'a0000000000000000000000000000008', id: 3, parent: 2, atNanos: 2n * MILLI }),
  ],
  'own-parent': [
    corpusSpan({ trace: 'a0000000000000000000000000000009', id: 1, parent: 1 }),
    corpusSpan({ trace: 'a0000000000000000000000000000009', id: 2, parent: 1, atNanos: MILLI, resource: STOCK }), // prettier-ignore
  ],
  cycle: [
    corpusSpan({ trace: 'a000000000000000000000000000000a', id: 1, parent: 3 }),
    corpusSpan({ trace: 'a000000000000000000000000000000a', id: 2, parent: 1, atNanos: MILLI, resource: STOCK }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000a', id: 3, parent: 2, atNanos: 2n * MILLI }),
  ],
  'id-of-64-bits': [
    corpusSpan({ trace: '123456abc', id: 'fedcba9876543210' }),
    corpusSpan({ trace: '123456abc', id: 2, parent: 'fedcba9876543210', links: [linkOf('ffffffffffffffff', 1), linkOf('10000000000000000', 1)] }), // prettier-ignore
  ],
  unsorted: [
    corpusSpan({ trace: 'a000000000000000000000000000000b', id: 3, parent: 2, atNanos: 2n * MILLI, resource: STOCK }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000b', id: 1, durationNanos: 9n * MILLI, attributes: [text('b', '2'), text('a', '1'), text('B', '0'), text('ä', '3'), text('😀', '5'), text('\uff5e', '4')] }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000b', id: 2, parent: 1, atNanos: MILLI, durationNanos: 5n * MILLI }), // prettier-ignore
  ],
  'service-names': [
    corpusSpan({ trace: 'a000000000000000000000000000000c', id: 1, resource: resourceOf('') }),
    corpusSpan({ trace: 'a000000000000000000000000000000c', id: 2, parent: 1, resource: originOf([]) }),
    corpusSpan({ trace: 'a000000000000000000000000000000c', id: 3, parent: 1, resource: originOf([text('host.name', 'h')]) }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000c', id: 4, parent: 1, resource: originOf([int('service.name', 7n)]) }), // prettier-ignore
  ],
  names: [
    corpusSpan({ trace: 'a000000000000000000000000000000d', id: 1, name: 'GET /api/<id>?a=1&b=2', resource: resourceOf('a/b/c d+e%2F') }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000d', id: 2, parent: 1, name: 'Bücher 本 😀', resource: resourceOf('Größe/本') }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000d', id: 3, parent: 1, name: '\u2028"\\\u2029\b\f\n\r\t\u0000\u001f\u007f', attributes: [text('<key>&', '"')] }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000d', id: 4, parent: 1, name: '' }),
    corpusSpan({ trace: 'a000000000000000000000000000000d', id: 5, parent: 1, name: '__proto__', attributes: [text('constructor', 'x'), text('__proto__', 'y')] }), // prettier-ignore
  ],
  'eleven-services': Array.from({ length: 11 }, (_, at) =>
    corpusSpan({
      trace: 'a000000000000000000000000000000e',
      id: at + 1,
      ...(at === 0 ? {} : { parent: at }),
      atNanos: BigInt(at) * MILLI,
      durationNanos: BigInt(30 - at) * MILLI,
      resource: resourceOf(`s${at}`),
    }),
  ),
  'equal-resources': [
    corpusSpan({ trace: 'a000000000000000000000000000000f', id: 1, resource: resourceOf('shop', text('a', '1'), text('b', '2')) }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000f', id: 2, parent: 1, resource: resourceOf('shop', text('a', '1'), text('b', '2')) }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000f', id: 3, parent: 1, resource: resourceOf('shop', text('b', '2'), text('a', '1')) }), // prettier-ignore
    corpusSpan({ trace: 'a000000000000000000000000000000f', id: 4, parent: 1, resource: resourceOf('shop', text('a', '1')) }), // prettier-ignore
  ],
  'shared-span-id': [
    corpusSpan({ trace: 'a0000000000000000000000000000010', id: 5, name: 'call', kind: 'client', durationNanos: 9n * MILLI }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000010', id: 5, name: 'serve', kind: 'server', atNanos: MILLI, resource: STOCK }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000010', id: 1, parent: 5, name: 'query', atNanos: MILLI, resource: STOCK }), // prettier-ignore
  ],
  skewed: [
    corpusSpan({ trace: 'a0000000000000000000000000000011', id: 1, kind: 'client', durationNanos: 100n * MILLI }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000011', id: 2, parent: 1, kind: 'server', atNanos: -10n * MILLI, durationNanos: 50n * MILLI, resource: STOCK, events: [eventOf(-5n * MILLI, 'seen')] }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000011', id: 3, parent: 2, atNanos: -5n * MILLI, durationNanos: 20n * MILLI, resource: STOCK }), // prettier-ignore
  ],
  'ip-addresses': [
    corpusSpan({
      trace: 'a0000000000000000000000000000012',
      id: 1,
      attributes: [int('ip', 16_909_060n), double('peer.ipv4', 4_294_967_295), text('peer.ip', '7')],
      resource: resourceOf('shop', int('ip', 3_232_235_777n)),
    }),
  ],
  'library-attributes': [
    corpusSpan({
      trace: 'a0000000000000000000000000000013',
      id: 1,
      attributes: [text('telemetry.sdk.language', 'go'), text('telemetry.sdk.name', 'otel'), text('telemetry.distro.version', '1'), text('telemetry.other', 'x')], // prettier-ignore
      resource: resourceOf(
        'shop',
        text('telemetry.sdk.name', 'other'),
        text('telemetry.distro.version', '1'),
      ),
    }),
  ],
  'carried-warnings': [
    corpusSpan({
      trace: 'a0000000000000000000000000000014',
      id: 1,
      attributes: [text('a', '1'), list('@jaeger@warnings', { type: 'string', value: 'clocks <differ>' }, { type: 'string', value: 'two' })], // prettier-ignore
    }),
  ],
  'short-and-long': [
    corpusSpan({ trace: 'a0000000000000000000000000000015', id: 1, atNanos: 1n, durationNanos: 0n }),
    corpusSpan({ trace: 'a0000000000000000000000000000015', id: 2, parent: 1, atNanos: 999n, durationNanos: 1_999n }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000015', id: 3, parent: 1, durationNanos: 366n * 86_400n * SECOND }), // prettier-ignore
    corpusSpan({ trace: 'a0000000000000000000000000000015', id: 4, parent: 1, atNanos: -CORPUS_START_NANOS }),
  ],
};

const SERVICES = ['gateway', 'cart', 'catalog', 'payment', 'stock', 'mail', 'search', 'users'];
const OPERATIONS = ['GET /', 'POST /orders', 'SELECT', 'render', 'publish', 'consume'];

/**
 * A trace as a busy system makes it, always the same: eight services on three hosts each, ten attributes a span, an event
 * on every fourth, a link on every fiftieth; by start.
 */
export function largeTrace(count: number): readonly Span[] {
  const resources = SERVICES.flatMap((service) => [1, 2, 3].map((host) => largeResource(service, host)));
  const scopes = SERVICES.map((service) => scopeOf(`io.${service}`, '1.4.2'));
  return Array.from({ length: count }, (_, at) => largeSpan(at, resources, scopes));
}

function largeResource(service: string, host: number): Resource {
  return resourceOf(
    service,
    text('host.name', `${service}-${host}`),
    text('telemetry.sdk.language', 'go'),
    text('deployment.environment', 'prod'),
    text('k8s.pod.name', `${service}-7f9c4d${host}`),
    int('process.pid', BigInt(1000 + host)),
  );
}

function largeSpan(at: number, resources: readonly Resource[], scopes: readonly Scope[]): Span {
  const operation = OPERATIONS[at % OPERATIONS.length]!;
  const origin = at % resources.length;
  const failed = at % 97 === 0;
  return corpusSpan({
    trace: 'b0000000000000000000000000000001',
    id: at + 1,
    ...(at === 0 ? {} : { parent: 1 + Math.floor((at - 1) / 4) }),
    name: operation,
    kind: (['server', 'client', 'internal'] as const)[at % 3]!,
    status: failed ? 'error' : 'unset',
    message: failed ? 'deadline exceeded' : '',
    atNanos: BigInt(at) * 10n * MICRO,
    durationNanos: BigInt(1 + (at % 1_000)) * 10n * MICRO,
    attributes: largeAttributes(at, operation),
    events: at % 4 === 0 ? [eventOf(BigInt(at) * 10n * MICRO, 'message', int('message.id', BigInt(at)))] : [],
    links: at % 50 === 0 ? [linkOf('b0000000000000000000000000000002', at + 1)] : [],
    resource: resources[origin]!,
    scope: scopes[Math.floor(origin / 3)]!,
    flags: 1,
  });
}

function largeAttributes(at: number, operation: string): Attributes {
  return [
    text('http.request.method', operation.slice(0, 4).trim()),
    text('url.path', `/orders/${at}`),
    int('http.response.status_code', at % 97 === 0 ? 500n : 200n),
    text('server.address', 'orders.internal'),
    int('server.port', 8_443n),
    text('network.protocol.version', '2'),
    double('app.score', at / 8),
    bool('app.cached', at % 2 === 0),
    text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) <test> & more'),
    text('app.order.id', `order-${at % 5_000}`),
  ];
}
