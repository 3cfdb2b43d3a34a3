import type { Attribute, Attributes } from '../../../span/attribute.ts';
import type { Span, SpanId, TraceId } from '../../../span/span.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const START_NANOS = 1_767_225_600_000_000_000n;

/** Values of every type, at their ends. */
const EVERY_TYPE: Attributes = [
  text('text', "it's 😀"),
  text('none', ''),
  { key: 'least', value: { type: 'int', value: -(2n ** 63n) } },
  { key: 'zero', value: { type: 'int', value: 0n } },
  { key: 'tenth', value: { type: 'double', value: 0.1 } },
  { key: 'whole', value: { type: 'double', value: 3 } },
  { key: 'yes', value: { type: 'bool', value: true } },
  { key: 'no', value: { type: 'bool', value: false } },
  { key: 'bytes', value: { type: 'bytes', value: Buffer.from([0, 255, 10]) } },
  { key: 'empty', value: { type: 'empty' } },
  {
    key: 'list',
    value: {
      type: 'array',
      value: [{ type: 'int', value: 1n }, { type: 'empty' }, { type: 'double', value: 0.5 }],
    },
  },
  {
    key: 'map',
    value: { type: 'map', value: [text('z', 'y'), { key: 'a', value: { type: 'int', value: -7n } }] },
  },
];

/** Nothing but what a span must have. */
const BARE: Span = {
  traceId: TRACE_ID,
  spanId: '0000000000000002' as SpanId,
  parentSpanId: undefined,
  traceState: '',
  flags: 0,
  name: '',
  service: 'unknown_service',
  kind: 'unspecified',
  startNanos: START_NANOS,
  durationNanos: 0n,
  statusCode: 'unset',
  statusMessage: '',
  attributes: [],
  events: [],
  links: [],
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
};

/** Something in every field. */
const FULL: Span = {
  traceId: TRACE_ID,
  spanId: '0000000000000001' as SpanId,
  parentSpanId: '0000000000000002' as SpanId,
  traceState: 'vendor=1',
  flags: 4_294_967_295,
  name: 'GET /cart',
  service: 'checkout',
  kind: 'consumer',
  startNanos: START_NANOS + 123_456_789n,
  durationNanos: 1_500_000_007n,
  statusCode: 'error',
  statusMessage: 'out of cheese',
  attributes: EVERY_TYPE,
  events: [
    {
      timeNanos: START_NANOS + 123_456_790n,
      name: 'exception',
      attributes: [text('k', 'v')],
      droppedAttributesCount: 7,
    },
    { timeNanos: 1n, name: 'hidden', attributes: [text('event', 'shown')], droppedAttributesCount: 0 },
  ],
  links: [
    {
      traceId: TRACE_ID,
      spanId: '0000000000000009',
      traceState: 'a=b',
      attributes: [text('opentracing.ref_type', 'child_of')],
      droppedAttributesCount: 8,
      flags: 1,
    },
    {
      traceId: TRACE_ID,
      spanId: '0000000000000002',
      traceState: '',
      attributes: [],
      droppedAttributesCount: 0,
      flags: 0,
    },
  ],
  droppedAttributesCount: 1,
  droppedEventsCount: 2,
  droppedLinksCount: 3,
  resource: {
    attributes: [text('service.name', 'checkout'), text('host.name', 'h1')],
    droppedAttributesCount: 4,
    schemaUrl: 'https://r',
  },
  scope: {
    name: 'lib',
    version: '1.2',
    attributes: [text('s', 'v')],
    droppedAttributesCount: 5,
    schemaUrl: 'https://s',
  },
};

export const SAMPLE: readonly Span[] = [FULL, BARE];

function text(key: string, value: string): Attribute {
  return { key, value: { type: 'string', value } };
}
