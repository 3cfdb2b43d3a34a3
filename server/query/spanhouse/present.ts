import { presentValue } from '../../columns/attribute-text.ts';
import type { Attributes } from '../../span/attribute.ts';
import type { Span, SpanEvent } from '../../span/span.ts';
import type { AggregateSeries, AttributeLevel, Dependency, TraceSummary } from '../../store/trace-store.ts';
import type { FoundRow } from './find-page.ts';
import type { Column } from './questions.ts';

/** A trace of a search, in JSON. */
export function presentTrace({ summary, span }: FoundRow, columns: readonly Column[]): string {
  return JSON.stringify({ ...summaryOf(summary), span: shortSpanOf(span, columns) });
}

function summaryOf(summary: TraceSummary): object {
  return {
    traceId: summary.traceId,
    startNanos: summary.startNanos.toString(),
    durationNanos: (summary.endNanos - summary.startNanos).toString(),
    spanCount: summary.spanCount,
    errorCount: summary.errorCount,
    orphanCount: summary.orphanCount,
    rootService: summary.rootService,
    rootName: summary.rootName,
    services: summary.services.map(({ service, spanCount, errorCount }) => ({
      name: service,
      spanCount,
      errorCount,
    })),
  };
}

function shortSpanOf(span: Span, columns: readonly Column[]): object {
  return {
    spanId: span.spanId,
    service: span.service,
    name: span.name,
    kind: span.kind,
    status: span.statusCode,
    startNanos: span.startNanos.toString(),
    durationNanos: span.durationNanos.toString(),
    columns: columns.map((column) => columnOf(span, column)),
  };
}

/** A span of a list, in JSON. */
export function presentSpan(
  span: Span,
  { columns, withEvents }: { readonly columns: readonly Column[]; readonly withEvents: boolean },
): string {
  return JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    service: span.service,
    name: span.name,
    kind: span.kind,
    status: span.statusCode,
    statusMessage: span.statusMessage,
    startNanos: span.startNanos.toString(),
    durationNanos: span.durationNanos.toString(),
    columns: columns.map((column) => columnOf(span, column)),
    ...(withEvents ? { events: span.events.map(eventOf) } : {}),
  });
}

function eventOf({ timeNanos, name, attributes }: SpanEvent): object {
  return {
    timeNanos: timeNanos.toString(),
    name,
    attributes: attributes.map(({ key, value }) => ({ key, type: value.type, value: presentValue(value) })),
  };
}

/** Where an attribute of a level may stand, the nearest first. */
const ATTRIBUTES: Readonly<Record<AttributeLevel, (span: Span) => readonly Attributes[]>> = {
  span: ({ attributes }) => [attributes],
  resource: ({ resource }) => [resource.attributes],
  scope: ({ scope }) => [scope.attributes],
  event: ({ events }) => events.map(({ attributes }) => attributes),
  link: ({ links }) => links.map(({ attributes }) => attributes),
};

const ANY_LEVEL: readonly AttributeLevel[] = ['span', 'resource', 'scope', 'event', 'link'];

/** The first value, or null where the span has none. */
function columnOf(span: Span, { key, level }: Column): string | null {
  const levels = level === undefined ? ANY_LEVEL : [level];
  const found = levels
    .flatMap((one) => ATTRIBUTES[one](span))
    .flatMap((attributes) => attributes.find((attribute) => attribute.key === key) ?? [])[0];
  return found === undefined ? null : presentValue(found.value);
}

/** A series of rates, in JSON, under the names that were asked for. */
export function presentSeries({ values, points }: AggregateSeries, labels: readonly string[]): string {
  return JSON.stringify({
    labels: Object.fromEntries(labels.map((label, index) => [label, values[index]!])),
    points: points.map(({ fromNanos, calls, errors, durationNanos }) => ({
      fromNanos: fromNanos.toString(),
      calls,
      errors,
      durationNanos: durationNanos.map(Math.round),
    })),
  });
}

export function presentEdge({ parent, child, calls, errors, p50Nanos, p95Nanos }: Dependency): object {
  return { parent, child, calls, errors, p50Nanos: Math.round(p50Nanos), p95Nanos: Math.round(p95Nanos) };
}
