import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span } from '../../../server/span/span.ts';
import type { JaegerBatch, JaegerSpan, JaegerTag } from '../../support/jaeger-batch.ts';
import { textOf } from './json-text.ts';

/** Jaeger's times in protobuf have nanoseconds, in Thrift microseconds. */
type Precision = 'nanos' | 'micros';

/** A batch for each resource, with what Jaeger's spans have no field for where OpenTelemetry's Collector puts it. */
export function jaegerOf(spans: readonly Span[], precision: Precision): readonly JaegerBatch[] {
  const resources = [...new Set(spans.map(({ resource }) => resource))];
  return resources.map((resource) => {
    const own = spans.filter((span) => span.resource === resource);
    const tags = resource.attributes.filter(({ key }) => key !== 'service.name').map(tagOf);
    return {
      process: { serviceName: own[0]!.service, tags },
      spans: own.map((span) => jaegerSpan(span, precision)),
    };
  });
}

function jaegerSpan(span: Span, precision: Precision): JaegerSpan {
  return {
    ...halvesOf(span.traceId),
    spanId: digitsOf(span.spanId),
    parentSpanId: digitsOf(span.parentSpanId ?? '0'),
    operationName: span.name,
    references: span.links.map(({ traceId, spanId }) => ({
      refType: 'FOLLOWS_FROM',
      ...halvesOf(traceId),
      spanId: digitsOf(spanId),
    })),
    flags: span.flags & 1,
    startTime: timeOf(span.startNanos, precision),
    duration: timeOf(span.durationNanos, precision),
    tags: [...span.attributes.map(tagOf), ...ownTags(span)],
    logs: span.events.map(({ timeNanos, name, attributes }) => ({
      timestamp: timeOf(timeNanos, precision),
      fields: [stringTag('event', name), ...attributes.map(tagOf)],
    })),
  };
}

function ownTags(span: Span): readonly JaegerTag[] {
  const texts: readonly (readonly [string, string])[] = [
    ['otel.scope.name', span.scope.name],
    ['otel.scope.version', span.scope.version],
    ['span.kind', span.kind === 'unspecified' ? '' : span.kind],
    ['w3c.tracestate', span.traceState],
    ['otel.status_code', span.statusCode === 'unset' ? '' : span.statusCode.toUpperCase()],
    ['otel.status_description', span.statusMessage],
  ];
  const counts: readonly (readonly [string, number])[] = [
    ['otel.dropped_attributes_count', span.droppedAttributesCount],
    ['otel.dropped_events_count', span.droppedEventsCount],
    ['otel.dropped_links_count', span.droppedLinksCount],
  ];
  return [
    ...texts.filter(([, value]) => value !== '').map(([key, value]) => stringTag(key, value)),
    ...counts.filter(([, value]) => value > 0).map(([key, value]) => longTag(key, BigInt(value))),
    ...(span.statusCode === 'error' ? [{ key: 'error', vType: 'BOOL', vBool: true } as const] : []),
  ];
}

function tagOf({ key, value }: Attribute): JaegerTag {
  switch (value.type) {
    case 'int':
      return longTag(key, value.value);
    case 'double':
      return { key, vType: 'DOUBLE', vDouble: value.value };
    case 'bool':
      return { key, vType: 'BOOL', vBool: value.value };
    case 'bytes':
      return { key, vType: 'BINARY', vBinary: Buffer.from(value.value).toString('base64') };
    case 'string':
    case 'array':
    case 'map':
    case 'empty':
      return stringTag(key, textOf(value));
  }
}

function stringTag(key: string, vStr: string): JaegerTag {
  return { key, vType: 'STRING', vStr };
}

function longTag(key: string, value: bigint): JaegerTag {
  return { key, vType: 'LONG', vLong: String(value) };
}

function halvesOf(traceId: string): { traceIdHigh: string; traceIdLow: string } {
  return { traceIdHigh: digitsOf(traceId.slice(0, 16)), traceIdLow: digitsOf(traceId.slice(16)) };
}

/** With a sign, as Thrift has it. */
function digitsOf(hex: string): string {
  return String(BigInt.asIntN(64, BigInt(`0x${hex}`)));
}

function timeOf(nanos: bigint, precision: Precision): string {
  const micros = String(nanos / 1000n);
  return precision === 'micros' ? micros : `${micros}.${String(nanos % 1000n).padStart(3, '0')}`;
}
