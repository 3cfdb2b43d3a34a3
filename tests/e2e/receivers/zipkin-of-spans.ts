import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span, SpanEvent, SpanLink } from '../../../server/span/span.ts';
import {
  choice,
  many,
  map,
  message,
  one,
  service,
  unary,
} from '../../../server/platform/grpc-interface/describe.ts';
import { loadInterfaces } from '../../../server/platform/grpc-interface/load-interfaces.ts';
import { attributesJson, textOf } from './json-text.ts';

/** Zipkin's second generation, with what its spans have no field for where OpenTelemetry's Collector puts it. */
export function zipkinJson(spans: readonly Span[]): string {
  return JSON.stringify(
    spans.map((span) => ({
      traceId: span.traceId,
      id: span.spanId,
      parentId: span.parentSpanId,
      name: span.name,
      kind: isZipkinKind(span) ? span.kind.toUpperCase() : undefined,
      timestamp: Number(micros(span.startNanos)),
      duration: Number(micros(span.durationNanos)),
      localEndpoint: { serviceName: span.service },
      annotations: span.events.map((event) => ({
        timestamp: Number(micros(event.timeNanos)),
        value: annotationOf(event),
      })),
      tags: textTags(span),
    })),
  );
}

const ZIPKIN = {
  name: 'zipkin.proto3',
  imports: [],
  types: {
    Kind: choice({ unspecified: 0, client: 1, server: 2, producer: 3, consumer: 4 }),
    Endpoint: message({ service_name: one('string', 1) }),
    Annotation: message({ timestamp: one('fixed64', 1), value: one('string', 2) }),
    Span: message({
      trace_id: one('bytes', 1),
      parent_id: one('bytes', 2),
      id: one('bytes', 3),
      kind: one('Kind', 4),
      name: one('string', 5),
      timestamp: one('fixed64', 6),
      duration: one('uint64', 7),
      local_endpoint: one('Endpoint', 8),
      annotations: many('Annotation', 10),
      tags: map('string', 11),
    }),
    ListOfSpans: message({ spans: many('Span', 1) }),
    SpanService: service({ Report: unary('ListOfSpans', 'ListOfSpans') }),
  },
};
const { requestSerialize } = (
  loadInterfaces([ZIPKIN], { longs: 'text' })['zipkin.proto3.SpanService'] as ServiceDefinition
)['Report']!;

/** The same in protobuf, encoded by protobufjs. */
export function zipkinProtobuf(spans: readonly Span[]): Buffer {
  return requestSerialize({
    spans: spans.map((span) => ({
      trace_id: Buffer.from(span.traceId, 'hex'),
      parent_id: Buffer.from(span.parentSpanId ?? '', 'hex'),
      id: Buffer.from(span.spanId, 'hex'),
      kind: isZipkinKind(span) ? span.kind : 'unspecified',
      name: span.name,
      timestamp: String(micros(span.startNanos)),
      duration: String(micros(span.durationNanos)),
      local_endpoint: { service_name: span.service },
      annotations: span.events.map((event) => ({
        timestamp: String(micros(event.timeNanos)),
        value: annotationOf(event),
      })),
      tags: textTags(span),
    })),
  });
}

/** All but internal ones, which Zipkin tells by having none. */
function isZipkinKind({ kind }: Span): boolean {
  return kind !== 'unspecified' && kind !== 'internal';
}

export function micros(nanos: bigint): bigint {
  return nanos / 1000n;
}

/** An event as the Collector writes it: attributes that it has, or has lost, stand behind the name. */
export function annotationOf({ name, attributes, droppedAttributesCount }: SpanEvent): string {
  if (attributes.length === 0 && droppedAttributesCount === 0) return name;
  return `${name}|${attributesJson(attributes)}|${droppedAttributesCount}`;
}

/** Of the span and its resource, and of what Zipkin has no field for. */
export function zipkinTags(span: Span): readonly Attribute[] {
  const text = (key: string, value: string): Attribute => ({ key, value: { type: 'string', value } });
  const count = (key: string, value: number): Attribute => text(key, value === 0 ? '' : String(value));
  const said = [
    text('otel.scope.name', span.scope.name),
    text('otel.scope.version', span.scope.version),
    text('span.kind', span.kind === 'internal' ? 'internal' : ''),
    text('w3c.tracestate', span.traceState),
    text('otel.status_code', span.statusCode === 'unset' ? '' : span.statusCode.toUpperCase()),
    text('otel.status_description', span.statusMessage),
    text('error', span.statusCode === 'error' ? 'true' : ''),
    count('otel.dropped_attributes_count', span.droppedAttributesCount),
    count('otel.dropped_events_count', span.droppedEventsCount),
    count('otel.dropped_links_count', span.droppedLinksCount),
    ...span.links.map((link, index) => text(`otlp.link.${index}`, linkText(link))),
  ].filter(({ value }) => value.type === 'string' && value.value !== '');
  const ofResource = span.resource.attributes.filter(({ key }) => key !== 'service.name');
  return [...ofResource, ...span.attributes, ...said];
}

function linkText({ traceId, spanId, traceState, attributes, droppedAttributesCount }: SpanLink): string {
  return `${traceId}|${spanId}|${traceState}|${attributesJson(attributes)}|${droppedAttributesCount}`;
}

function textTags(span: Span): Readonly<Record<string, string>> {
  return Object.fromEntries(zipkinTags(span).map(({ key, value }) => [key, textOf(value)]));
}
