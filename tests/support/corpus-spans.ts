import fc from 'fast-check';
import type { Attribute, AttributeValue } from '../../server/span/attribute.ts';
import {
  type Resource,
  SPAN_KINDS,
  STATUS_CODES,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanId,
  type SpanLink,
  type TraceId,
} from '../../server/span/span.ts';

/** Spans that nobody would send, but anybody may: every field takes everything it can hold. */
export function arbitrarySpans(maxLength = 8): fc.Arbitrary<readonly Span[]> {
  return fc.array(span, { maxLength });
}

/** Any text that UTF-8 can say; often empty, often the same. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'service.name', '$double', 'ünï😀'),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const key = fc.oneof(fc.constantFrom('service.name', 'k', '$bytes', ''), text);
const uint32 = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.nat(0xffff_ffff));
const int64 = fc.oneof(
  fc.constantFrom(0n, -1n, 999_999_999n, 1_000_000_000n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const bytes = fc.uint8Array({ maxLength: 20 }).map((one) => Buffer.from(one));

const { value } = fc.letrec<{ value: AttributeValue; entry: Attribute }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ type: fc.constant('string' as const), value: text }),
    fc.record({ type: fc.constant('int' as const), value: int64 }),
    fc.record({ type: fc.constant('double' as const), value: fc.double() }),
    fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ type: fc.constant('bytes' as const), value: bytes }),
    fc.record({ type: fc.constant('empty' as const) }),
    fc.record({ type: fc.constant('array' as const), value: fc.array(tie('value'), { maxLength: 4 }) }),
    fc.record({ type: fc.constant('map' as const), value: fc.array(tie('entry'), { maxLength: 4 }) }),
  ),
  entry: fc.record({ key, value: tie('value') }),
}));
const attributes = fc.array(fc.record({ key, value }), { maxLength: 5 });

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const traceId = hex(16).filter((id) => !/^0+$/.test(id)) as fc.Arbitrary<TraceId>;
const spanId = hex(8).filter((id) => !/^0+$/.test(id)) as fc.Arbitrary<SpanId>;

const resource: fc.Arbitrary<Resource> = fc.record({
  attributes,
  droppedAttributesCount: uint32,
  schemaUrl: text,
});
const scope: fc.Arbitrary<Scope> = fc.record({
  name: text,
  version: text,
  attributes,
  droppedAttributesCount: uint32,
  schemaUrl: text,
});
const event: fc.Arbitrary<SpanEvent> = fc.record({
  timeNanos: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  name: text,
  attributes,
  droppedAttributesCount: uint32,
});
const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId: fc.oneof(hex(16), fc.constant('')),
  spanId: fc.oneof(hex(8), fc.constant('')),
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

const span: fc.Arbitrary<Span> = fc
  .record({
    traceId,
    spanId,
    parentSpanId: fc.option(spanId, { nil: undefined }),
    traceState: text,
    // The highest bit is not kept: the store has a meaning of its own for it (ADR 008).
    flags: fc.nat(0x7fff_ffff),
    name: text,
    kind: fc.constantFrom(...SPAN_KINDS),
    startNanos: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    durationNanos: fc.bigInt({ min: 0n, max: 2n ** 63n }),
    statusCode: fc.constantFrom(...STATUS_CODES),
    statusMessage: text,
    attributes,
    events: fc.array(event, { maxLength: 3 }),
    links: fc.array(link, { maxLength: 3 }),
    droppedAttributesCount: uint32,
    droppedEventsCount: uint32,
    droppedLinksCount: uint32,
    resource,
    scope,
  })
  .map((one) => ({ ...one, service: serviceOf(one.resource) }));

function serviceOf({ attributes: ofResource }: Resource): string {
  const named = ofResource.findLast((attribute) => attribute.key === 'service.name')?.value;
  return named?.type === 'string' && named.value !== '' ? named.value : 'unknown_service';
}
