import { UpstreamError } from '../../instance/upstream.ts';
import {
  type StatusCode,
  type Tag,
  type TraceLog,
  type TraceReference,
  type TraceSpan,
  textTag,
} from './trace-span.ts';

/*
 * OTLP's JSON as servers write it. It may be large, so nothing is checked that a careful reading does without: members may
 * be missing everywhere, and numbers may be text.
 */

interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: string | number;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] };
}

interface OtlpAttribute {
  readonly key?: string;
  readonly value?: OtlpValue;
}

interface Dropping {
  readonly droppedAttributesCount?: number;
}

interface OtlpEvent extends Dropping {
  readonly timeUnixNano?: string | number;
  readonly name?: string;
  readonly attributes?: readonly OtlpAttribute[];
}

interface OtlpLink extends Dropping {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes?: readonly OtlpAttribute[];
}

interface OtlpSpan extends Dropping {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly OtlpLink[];
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

interface OtlpScopeSpans {
  readonly scope?: { readonly name?: string; readonly version?: string };
  readonly spans?: readonly OtlpSpan[];
}

interface OtlpResourceSpans {
  readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
  readonly scopeSpans?: readonly OtlpScopeSpans[];
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
/** How Jaeger's second generation carries warnings. */
const WARNINGS = '@jaeger@warnings';

/** The spans of `{resourceSpans}`, or of the same in the second generation's envelope. */
export function decodeOtlp(json: unknown): readonly TraceSpan[] {
  const outer = json as { readonly result?: unknown; readonly resourceSpans?: unknown } | null;
  const inner = (outer?.result ?? outer) as { readonly resourceSpans?: unknown } | null | undefined;
  if (!Array.isArray(inner?.resourceSpans)) {
    throw new UpstreamError('failed', `the server's answer holds no "resourceSpans"`);
  }
  return (inner.resourceSpans as readonly OtlpResourceSpans[]).flatMap(decodeResourceSpans);
}

/** As the server has it: a name of another type is none. */
function isText({ type }: Tag): boolean {
  return type === 'string';
}

interface Origin {
  readonly service: string;
  readonly serviceNamespace: string;
  readonly serviceTags: readonly Tag[];
}

function decodeResourceSpans({ resource, scopeSpans = [] }: OtlpResourceSpans): readonly TraceSpan[] {
  const serviceTags = tagsOf(resource?.attributes);
  const origin = {
    service: textTag(serviceTags.filter(isText), 'service.name') || 'unknown_service',
    serviceNamespace: textTag(serviceTags, 'service.namespace'),
    serviceTags,
  };
  return scopeSpans.flatMap(({ scope, spans = [] }) => spans.map((span) => decodeSpan(span, scope, origin)));
}

function decodeSpan(span: OtlpSpan, scope: OtlpScopeSpans['scope'], origin: Origin): TraceSpan {
  const startNanos = nanosOf(span.startTimeUnixNano);
  const { events = [], links = [] } = span;
  return {
    traceId: span.traceId ?? '',
    spanId: span.spanId ?? '',
    parentSpanId: (span.parentSpanId ?? '') === '' ? null : span.parentSpanId!,
    operation: span.name ?? '',
    ...origin,
    kind: KINDS[span.kind ?? 0] ?? '',
    statusCode: statusCodeOf(span.status?.code),
    statusMessage: span.status?.message ?? '',
    startNanos,
    durationNanos: nanosOf(span.endTimeUnixNano) - startNanos,
    tags: tagsOf(span.attributes).filter(({ key }) => key !== WARNINGS),
    logs: events.map(decodeEvent),
    references: links.map(decodeLink),
    warnings: [...carriedWarnings(span.attributes ?? []), ...droppedWarnings(span)],
    scopeName: scope?.name ?? '',
    scopeVersion: scope?.version ?? '',
    traceState: span.traceState ?? '',
  };
}

function decodeEvent({ timeUnixNano, name = '', attributes }: OtlpEvent): TraceLog {
  return { timeNanos: nanosOf(timeUnixNano), name, fields: tagsOf(attributes) };
}

function decodeLink({ traceId = '', spanId = '', attributes }: OtlpLink): TraceReference {
  return { refType: 'FOLLOWS_FROM', traceID: traceId, spanID: spanId, tags: tagsOf(attributes) };
}

function carriedWarnings(attributes: readonly OtlpAttribute[]): readonly string[] {
  const carried = attributes.find(({ key }) => key === WARNINGS)?.value?.arrayValue?.values ?? [];
  return carried.map(({ stringValue = '' }) => stringValue);
}

function droppedWarnings(span: OtlpSpan): readonly string[] {
  const dropped = {
    attributes: span.droppedAttributesCount ?? 0,
    events: span.droppedEventsCount ?? 0,
    links: span.droppedLinksCount ?? 0,
  };
  return Object.entries(dropped)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `the sender dropped ${count} ${what} of this span`);
}

function statusCodeOf(code: number | undefined): StatusCode {
  return code === 1 || code === 2 ? code : 0;
}

function nanosOf(value: string | number | undefined): bigint {
  return value === undefined ? 0n : BigInt(value);
}

function tagsOf(attributes: readonly OtlpAttribute[] = []): readonly Tag[] {
  return attributes.map(({ key = '', value = {} }) => ({ key, ...tagValue(value) }));
}

/** Types as Jaeger calls them. What JSON has no number for becomes text; lists and maps become JSON. */
function tagValue(value: OtlpValue): Omit<Tag, 'key'> {
  if (value.stringValue !== undefined) return { type: 'string', value: value.stringValue };
  if (value.boolValue !== undefined) return { type: 'bool', value: value.boolValue };
  if (value.intValue !== undefined) return { type: 'int64', value: intOf(value.intValue) };
  if (value.doubleValue !== undefined) return { type: 'float64', value: value.doubleValue };
  if (value.bytesValue !== undefined) return { type: 'binary', value: value.bytesValue };
  if (value.arrayValue !== undefined || value.kvlistValue !== undefined) {
    return { type: 'string', value: JSON.stringify(plainOf(value)) };
  }
  return { type: 'string', value: '' };
}

/** Text where a number of JSON would not be exact. */
function intOf(value: string | number): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function plainOf(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainOf);
  if (value.kvlistValue !== undefined) {
    const { values = [] } = value.kvlistValue;
    return Object.fromEntries(values.map(({ key = '', value: inner = {} }) => [key, plainOf(inner)]));
  }
  return Object.keys(value).length === 0 ? null : tagValue(value).value;
}
