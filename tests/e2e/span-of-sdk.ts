import type { HrTime, Link, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import type { Attribute, AttributeValue } from '../../server/span/attribute.ts';
import type { Span, SpanEvent, SpanId, SpanLink, TraceId } from '../../server/span/span.ts';

/** What the port must give back for a span of the JavaScript SDK, from what the SDK itself says of it. */
export function spanOfSdk(span: ReadableSpan): Span {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const startNanos = nanosOf(span.startTime);
  const { resource, instrumentationScope: scope, parentSpanContext: parent } = span;
  return {
    traceId: traceId as TraceId,
    spanId: spanId as SpanId,
    parentSpanId: parent?.spanId as SpanId | undefined,
    traceState: traceState?.serialize() ?? '',
    flags: flagsOf(traceFlags, parent?.isRemote),
    name: span.name,
    service: resource.attributes['service.name'] as string,
    kind: KINDS[span.kind],
    startNanos,
    durationNanos: nanosOf(span.endTime) - startNanos,
    statusCode: STATUSES[span.status.code],
    statusMessage: span.status.message ?? '',
    attributes: attributesOf(span.attributes),
    events: span.events.map(eventOf),
    links: span.links.map(linkOf),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    resource: {
      attributes: attributesOf(resource.attributes),
      droppedAttributesCount: 0,
      schemaUrl: resource.schemaUrl ?? '',
    },
    scope: {
      name: scope.name,
      version: scope.version ?? '',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: scope.schemaUrl ?? '',
    },
  };
}

/** In the order of the API's numbers, which are not OTLP's. */
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return traceFlags | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

function nanosOf([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

function eventOf({ name, time, attributes, droppedAttributesCount }: TimedEvent): SpanEvent {
  return {
    timeNanos: nanosOf(time),
    name,
    attributes: attributesOf(attributes ?? {}),
    droppedAttributesCount: droppedAttributesCount ?? 0,
  };
}

function linkOf({ context, attributes, droppedAttributesCount }: Link): SpanLink {
  const { traceId, spanId, traceFlags, traceState, isRemote }: SpanContext = context;
  return {
    traceId,
    spanId,
    traceState: traceState?.serialize() ?? '',
    attributes: attributesOf(attributes ?? {}),
    droppedAttributesCount: droppedAttributesCount ?? 0,
    flags: flagsOf(traceFlags, isRemote),
  };
}

function attributesOf(values: object): Attribute[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }));
}

/** JavaScript has one type of number: what is whole and has room in 64 bits is an integer. */
function valueOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'number') {
    const isInt = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
    return isInt ? { type: 'int', value: BigInt(value) } : { type: 'double', value };
  }
  if (value instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(value) };
  if (Array.isArray(value)) return { type: 'array', value: value.map(valueOf) };
  if (typeof value === 'object' && value !== null) return { type: 'map', value: attributesOf(value) };
  return { type: 'empty' };
}
