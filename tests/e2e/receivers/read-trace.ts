import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';
import {
  SPAN_KINDS,
  STATUS_CODES,
  type Span,
  type SpanEvent,
  type SpanId,
  type SpanLink,
  type TraceId,
} from '../../../server/span/span.ts';

/** The spans of a trace as Spanhouse's own API tells them, which leaves nothing out; none if it is not there. */
export async function readTrace(
  base: string,
  traceId: string,
  headers: Headers = {},
): Promise<readonly Span[]> {
  const response = await fetch(`${base}/api/v1/traces/${traceId}`, { headers });
  const body = await response.text();
  if (response.status === 404) return [];
  if (response.status !== 200) throw new Error(`trace ${traceId}: ${response.status} ${body}`);
  return (JSON.parse(body) as OtlpTrace).resourceSpans.flatMap(spansOf);
}

type Headers = Readonly<Record<string, string>>;

interface OtlpTrace {
  readonly resourceSpans: readonly OtlpResourceSpans[];
}

interface OtlpAttributed {
  readonly attributes?: readonly OtlpAttribute[];
  readonly droppedAttributesCount?: number;
}

interface OtlpResourceSpans {
  readonly resource: OtlpAttributed;
  readonly scopeSpans: readonly OtlpScopeSpans[];
  readonly schemaUrl?: string;
}

interface OtlpScopeSpans {
  readonly scope: OtlpAttributed & { readonly name?: string; readonly version?: string };
  readonly spans: readonly OtlpSpan[];
  readonly schemaUrl?: string;
}

interface OtlpSpan extends OtlpAttributed {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly OtlpLink[];
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

interface OtlpEvent extends OtlpAttributed {
  readonly timeUnixNano: string;
  readonly name?: string;
}

interface OtlpLink extends OtlpAttributed {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
}

interface OtlpAttribute {
  readonly key?: string;
  readonly value: OtlpValue;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] };
}

function spansOf({ resource, scopeSpans, schemaUrl = '' }: OtlpResourceSpans): readonly Span[] {
  const ofResource = { ...attributedOf(resource), schemaUrl };
  const named = ofResource.attributes.find(({ key }) => key === 'service.name')?.value;
  const service = named?.type === 'string' ? named.value : 'unknown_service';
  return scopeSpans.flatMap(({ scope, spans, schemaUrl: ofScope = '' }) => {
    const { name = '', version = '' } = scope;
    const own = { name, version, ...attributedOf(scope), schemaUrl: ofScope };
    return spans.map((span) => ({ ...spanOf(span), service, resource: ofResource, scope: own }));
  });
}

function spanOf(span: OtlpSpan): Omit<Span, 'service' | 'resource' | 'scope'> {
  const startNanos = BigInt(span.startTimeUnixNano);
  return {
    traceId: span.traceId as TraceId,
    spanId: span.spanId as SpanId,
    parentSpanId: span.parentSpanId as SpanId | undefined,
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    name: span.name ?? '',
    kind: SPAN_KINDS[span.kind ?? 0]!,
    startNanos,
    durationNanos: BigInt(span.endTimeUnixNano) - startNanos,
    statusCode: STATUS_CODES[span.status?.code ?? 0]!,
    statusMessage: span.status?.message ?? '',
    ...attributedOf(span),
    events: (span.events ?? []).map(eventOf),
    links: (span.links ?? []).map(linkOf),
    droppedEventsCount: span.droppedEventsCount ?? 0,
    droppedLinksCount: span.droppedLinksCount ?? 0,
  };
}

function eventOf({ timeUnixNano, name = '', ...event }: OtlpEvent): SpanEvent {
  return { timeNanos: BigInt(timeUnixNano), name, ...attributedOf(event) };
}

function linkOf({ traceId = '', spanId = '', traceState = '', flags = 0, ...link }: OtlpLink): SpanLink {
  return { traceId, spanId, traceState, flags, ...attributedOf(link) };
}

function attributedOf({ attributes = [], droppedAttributesCount = 0 }: OtlpAttributed): {
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
} {
  return { attributes: attributes.map(attributeOf), droppedAttributesCount };
}

function attributeOf({ key = '', value }: OtlpAttribute): Attribute {
  return { key, value: valueOf(value) };
}

function valueOf(value: OtlpValue): AttributeValue {
  if (value.stringValue !== undefined) return { type: 'string', value: value.stringValue };
  if (value.boolValue !== undefined) return { type: 'bool', value: value.boolValue };
  if (value.intValue !== undefined) return { type: 'int', value: BigInt(value.intValue) };
  if (value.doubleValue !== undefined) return { type: 'double', value: Number(value.doubleValue) };
  if (value.bytesValue !== undefined)
    return { type: 'bytes', value: Buffer.from(value.bytesValue, 'base64') };
  if (value.arrayValue !== undefined)
    return { type: 'array', value: (value.arrayValue.values ?? []).map(valueOf) };
  if (value.kvlistValue !== undefined)
    return { type: 'map', value: (value.kvlistValue.values ?? []).map(attributeOf) };
  return { type: 'empty' };
}
