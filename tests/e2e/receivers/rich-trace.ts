import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';
import type {
  Resource,
  Scope,
  Span,
  SpanEvent,
  SpanId,
  SpanLink,
  TraceId,
} from '../../../server/span/span.ts';

/** All of 128 bits. In Thrift both halves are negative. */
export const TRACE_ID = 'f0e1d2c3b4a5968778695a4b3c2d1e0f' as TraceId;
const OTHER_TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const MILLI = 1_000_000n;
/** Ten minutes ago, and not on a whole microsecond. */
const BEGIN = BigInt(Date.now() - 600_000) * MILLI + 123_456n;

/** What JSON, Thrift, lines and tags have to escape, and what takes one to four bytes in UTF-8. */
const NASTY = 'grüße, 世界 🎉 "quoted" \\back\\ a=b\tc\nd {e}|f|';

const text = (key: string, value: string): Attribute => ({ key, value: { type: 'string', value } });
const int = (key: string, value: bigint): Attribute => ({ key, value: { type: 'int', value } });
const double = (key: string, value: number): Attribute => ({ key, value: { type: 'double', value } });
const bool = (key: string, value: boolean): Attribute => ({ key, value: { type: 'bool', value } });
const NESTED: AttributeValue = {
  type: 'array',
  value: [
    { type: 'string', value: 'a "b"' },
    { type: 'int', value: -7n },
    { type: 'double', value: 2.5 },
    { type: 'bool', value: true },
  ],
};

/** Of every type: a key begins with the name of its value's type. */
const EVERY_TYPE: readonly Attribute[] = [
  text('string', NASTY),
  text('string.digits', '42'),
  text('string.key with, = and "quotes"', 'x'),
  int('int', 42n),
  int('int.negative', -(2n ** 63n)),
  int('int.large', 2n ** 53n + 1n),
  double('double', 0.1),
  double('double.small', -5e-324),
  double('whole', 3),
  bool('bool', true),
  bool('bool.false', false),
  { key: 'bytes', value: { type: 'bytes', value: Buffer.from([0, 1, 127, 128, 255]) } },
  { key: 'array', value: NESTED },
  { key: 'map', value: { type: 'map', value: [text('a', 'ü'), { key: 'b', value: NESTED }] } },
  { key: 'empty', value: { type: 'empty' } },
];

const SHOP: Resource = {
  attributes: [
    text('service.name', 'shop-web'),
    text('service.version', '1.2.3'),
    text('host.name', 'höst 1'),
    int('process.pid', 4711n),
    text('team', 'kasse'),
  ],
  droppedAttributesCount: 2,
  schemaUrl: 'https://example.com/resource/1',
};
const PAYMENT: Resource = {
  attributes: [text('service.name', 'Zahlung ü, =1'), text('service.version', '0.1')],
  droppedAttributesCount: 0,
  schemaUrl: '',
};
const MAIL: Resource = {
  attributes: [text('service.name', 'mail-worker'), text('k8s.pod.name', 'mail-0')],
  droppedAttributesCount: 0,
  schemaUrl: '',
};

const HTTP_SCOPE: Scope = {
  name: '@shop/http, "x"',
  version: '0.9.1',
  attributes: [text('scope.mode', 'strict')],
  droppedAttributesCount: 1,
  schemaUrl: 'https://example.com/scope/1',
};
const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

const SERVICE = new Map<Resource, string>(
  [SHOP, PAYMENT, MAIL].map((resource) => [
    resource,
    (resource.attributes[0]!.value as { value: string }).value,
  ]),
);

type Own = Partial<Span> & { readonly number: number; readonly parent?: number; readonly resource: Resource };

function spanOf({ number, parent, resource, ...own }: Own): Span {
  return {
    traceId: TRACE_ID,
    spanId: idOf(number),
    parentSpanId: parent === undefined ? undefined : idOf(parent),
    traceState: '',
    flags: 1,
    name: `span ${number}`,
    service: SERVICE.get(resource)!,
    kind: 'internal',
    startNanos: BEGIN + BigInt(number) * MILLI + BigInt(number),
    durationNanos: (20n - BigInt(number)) * MILLI + 789n,
    statusCode: 'unset',
    statusMessage: '',
    attributes: [],
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    scope: NO_SCOPE,
    resource,
    ...own,
  };
}

/** With the highest bit set, where Thrift has its sign. */
function idOf(number: number): SpanId {
  return `e${String(number).padStart(15, '0')}` as SpanId;
}

function eventAt(afterNanos: bigint, name: string, more: Partial<SpanEvent> = {}): SpanEvent {
  return { timeNanos: BEGIN + afterNanos, name, attributes: [], droppedAttributesCount: 0, ...more };
}

function linkTo(traceId: string, spanId: string, more: Partial<SpanLink> = {}): SpanLink {
  return {
    traceId,
    spanId,
    traceState: '',
    attributes: [text('why', 'batch')],
    droppedAttributesCount: 0,
    flags: 0,
    ...more,
  };
}

/** One trace that says all that a span can say, of three services. */
export const RICH_TRACE: readonly Span[] = [
  spanOf({
    number: 1,
    resource: SHOP,
    scope: HTTP_SCOPE,
    name: `GET /käse/{id}?a=1,b="c d" 🧀`,
    kind: 'server',
    statusCode: 'ok',
    traceState: 'vendor=value,other=1',
    flags: 0x301,
    attributes: EVERY_TYPE,
    events: [
      eventAt(1_500_001n, 'retry', {
        attributes: [text('reason', NASTY), int('attempt', 2n), double('backoff', 0.25), bool('last', false)],
        droppedAttributesCount: 3,
      }),
      eventAt(2_500_999n, 'cache | miss: "ü"'),
    ],
    droppedAttributesCount: 4,
    droppedEventsCount: 5,
    droppedLinksCount: 6,
  }),
  spanOf({
    number: 2,
    parent: 1,
    resource: SHOP,
    scope: { ...HTTP_SCOPE, name: 'grpc-client', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    name: 'Pay',
    kind: 'client',
    statusCode: 'error',
    statusMessage: 'karte abgelehnt: "no"\nfunds',
    attributes: [text('string', 'plain')],
    links: [
      linkTo(OTHER_TRACE_ID, 'b7ad6b7169203331', {
        traceState: 'vendor=linked',
        attributes: [text('why', NASTY), int('n', 3n)],
        droppedAttributesCount: 7,
        flags: 1,
      }),
    ],
  }),
  spanOf({ number: 3, parent: 2, resource: PAYMENT, scope: HTTP_SCOPE, name: 'Pay', kind: 'server' }),
  spanOf({
    number: 4,
    parent: 3,
    resource: PAYMENT,
    name: 'publish',
    kind: 'producer',
    attributes: [text('string', 'queue')],
    events: [eventAt(4_100_000n, 'queued')],
  }),
  spanOf({
    number: 5,
    parent: 4,
    resource: MAIL,
    name: 'receive',
    kind: 'consumer',
    statusCode: 'error',
    links: [linkTo(TRACE_ID, idOf(4)), linkTo(TRACE_ID, idOf(3))],
  }),
  spanOf({ number: 6, parent: 5, resource: MAIL, name: 'render', kind: 'internal' }),
  spanOf({ number: 7, parent: 1, resource: SHOP, name: 'no kind', kind: 'unspecified' }),
];
