import type { Span } from '../../../server/span/span.ts';
import { attributesJson } from './json-text.ts';

/** Lines by measurement, each with its end. */
export interface Lines {
  readonly spans: string;
  readonly logs: string;
  readonly links: string;
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** InfluxDB's line protocol as OpenTelemetry's Collector writes spans, events and links. */
export function linesOf(spans: readonly Span[]): Lines {
  return {
    spans: spans.map(spanLine).join(''),
    logs: spans.flatMap(eventLines).join(''),
    links: spans.flatMap(linkLines).join(''),
  };
}

function spanLine(span: Span): string {
  const merged = [
    ...span.resource.attributes.filter(({ key }) => key !== 'service.name'),
    ...span.attributes,
  ];
  return line('spans', [...idTags(span), ['service.name', span.service]], span.startNanos, [
    ['attributes', quoted(attributesJson(merged))],
    ['trace_state', quoted(span.traceState)],
    ['parent_span_id', quoted(span.parentSpanId ?? '')],
    ['span.name', quoted(span.name)],
    ['span.kind', span.kind === 'unspecified' ? '' : quoted(capitalized(span.kind))],
    ['end_time_unix_nano', `${span.startNanos + span.durationNanos}i`],
    ['duration_nano', `${span.durationNanos}i`],
    ['dropped_attributes_count', countOf(span.droppedAttributesCount)],
    ['dropped_events_count', countOf(span.droppedEventsCount)],
    ['dropped_links_count', countOf(span.droppedLinksCount)],
    ['otel.status_code', span.statusCode === 'unset' ? '' : quoted(capitalized(span.statusCode))],
    ['otel.status_description', quoted(span.statusMessage)],
  ]);
}

function eventLines(span: Span): readonly string[] {
  return span.events.map(({ timeNanos, name, attributes, droppedAttributesCount }) =>
    line('logs', idTags(span), timeNanos, [
      ['event.name', quoted(name)],
      ['attributes', attributes.length === 0 ? '' : quoted(attributesJson(attributes))],
      ['dropped_attributes_count', countOf(droppedAttributesCount)],
    ]),
  );
}

function linkLines(span: Span): readonly string[] {
  return span.links.map(({ traceId, spanId, traceState, attributes, droppedAttributesCount }) =>
    line(
      'span-links',
      [['linked_span_id', spanId], ['linked_trace_id', traceId], ...idTags(span)],
      span.startNanos,
      [
        ['trace_state', quoted(traceState)],
        ['attributes', quoted(attributesJson(attributes))],
        ['dropped_attributes_count', countOf(droppedAttributesCount)],
      ],
    ),
  );
}

function idTags({ traceId, spanId }: Span): Pairs {
  return [
    ['span_id', spanId],
    ['trace_id', traceId],
  ];
}

/** What is empty is left out. */
function line(measurement: string, tags: Pairs, nanos: bigint, fields: Pairs): string {
  const head = [measurement, ...tags.map(([name, value]) => `${escaped(name)}=${escaped(value)}`)].join(',');
  const said = fields.filter(([, value]) => value !== '' && value !== '""');
  return `${head} ${said.map(([name, value]) => `${escaped(name)}=${value}`).join(',')} ${nanos}\n`;
}

function countOf(value: number): string {
  return value === 0 ? '' : `${value}u`;
}

function capitalized(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escaped(name: string): string {
  return name.replaceAll(/[,= ]/g, '\\$&');
}
