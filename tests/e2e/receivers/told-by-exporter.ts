import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span, SpanEvent } from '../../../server/span/span.ts';
import { spanOfSdk } from '../span-of-sdk.ts';

/*
 * What must be read back for a span of the SDK that went through an exporter of another protocol: what the SDK says of it,
 * less what that exporter does not tell.
 */

const NO_SCOPE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

/** Jaeger's exporter knows one type of number, has the resource among the span's tags, and no kind for internal spans. */
export function toldByJaegerExporter(readable: ReadableSpan): Span {
  const span = spanOfSdk(readable);
  const { name, version } = span.scope;
  return {
    ...told(span, readable),
    flags: 1,
    attributes: [...typed(readable.attributes), ...typed(readable.resource.attributes)],
    events: readable.events.map(({ name: event, time, attributes = {} }) =>
      eventOf(event, wholeMicros(millisOf(time) * 1000), typed(attributes)),
    ),
    links: span.links.map((link) => ({ ...link, traceState: '', attributes: [], flags: 0 })),
    resource: { ...NO_SCOPE, attributes: [text('service.name', span.service)] },
    scope: { ...NO_SCOPE, name, version },
  };
}

/** Zipkin's exporter knows text alone, and tells neither links nor scopes nor attributes of events. */
export function toldByZipkinExporter(readable: ReadableSpan): Span {
  const span = spanOfSdk(readable);
  const ofResource = texts(readable.resource.attributes);
  const isOwn = ({ key }: Attribute): boolean => key === 'tags';
  return {
    ...told(span, readable),
    flags: 0,
    durationNanos: BigInt(Math.round(microsOf(readable.duration))) * 1000n,
    attributes: [...texts(readable.attributes), ...ofResource.filter(isOwn)],
    events: readable.events.map(({ name, time }) =>
      eventOf(name, BigInt(Math.round(microsOf(time))) * 1000n, []),
    ),
    links: [],
    resource: { ...NO_SCOPE, attributes: ofResource.filter((one) => !isOwn(one)) },
    scope: { ...NO_SCOPE, name: '', version: '' },
  };
}

/** What neither of them tells. */
function told(span: Span, { startTime, duration, status }: ReadableSpan): Span {
  return {
    ...span,
    traceState: '',
    kind: span.kind === 'internal' ? 'unspecified' : span.kind,
    startNanos: wholeMicros(microsOf(startTime)),
    durationNanos: wholeMicros(microsOf(duration)),
    statusMessage: status.message ?? '',
  };
}

function eventOf(name: string, timeNanos: bigint, attributes: readonly Attribute[]): SpanEvent {
  return { name, timeNanos, attributes, droppedAttributesCount: 0 };
}

function typed(values: object): readonly Attribute[] {
  return Object.entries(values).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'number') return { key, value: { type: 'double', value } };
    if (typeof value === 'boolean') return { key, value: { type: 'bool', value } };
    return text(key, String(value));
  });
}

function texts(values: object): readonly Attribute[] {
  return Object.entries(values).map(([key, value]: [string, unknown]) => text(key, String(value)));
}

function text(key: string, value: string): Attribute {
  return { key, value: { type: 'string', value } };
}

/** In numbers of JavaScript, as the exporters compute with them. */
function microsOf([seconds, nanos]: HrTime): number {
  return seconds * 1e6 + nanos / 1e3;
}

function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1e3 + nanos / 1e6;
}

function wholeMicros(micros: number): bigint {
  return BigInt(Math.trunc(micros)) * 1000n;
}
