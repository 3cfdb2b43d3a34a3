import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { AttributeDraw } from '../shape.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';

const KINDS = ['', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];

/**
 * InfluxDB's line protocol as OpenTelemetry's Collector writes it: a line for the span, with the attributes of resource and
 * span as one JSON object, then one for each of its events and links.
 */
export class LineProtocol implements TrafficFormat {
  readonly maxBodyBytes = Infinity;

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    const ids = `span_id=${span.spanId.toString('hex')},trace_id=${span.traceId.toString('hex')}`;
    return Buffer.from(`${spanLine(ids, span, origin)}${eventLines(ids, span)}${linkLines(ids, span)}`);
  }

  encodeRequest({ content }: EncodedSpans): Buffer {
    return content;
  }
}

function spanLine(ids: string, span: DrawnSpan, { service, resource }: Origin): string {
  const { startNanos, endNanos, parentSpanId, failure } = span;
  const merged = [...resource.filter(([key]) => key !== 'service.name'), ...span.attributes];
  const fields = [
    `attributes=${quoted(jsonOf(merged))}`,
    `duration_nano=${endNanos - startNanos}i`,
    `end_time_unix_nano=${endNanos}i`,
    ...(failure === undefined
      ? []
      : ['otel.status_code="Error"', `otel.status_description=${quoted(failure)}`]),
    ...(parentSpanId === undefined ? [] : [`parent_span_id="${parentSpanId.toString('hex')}"`]),
    `span.kind="${KINDS[span.kind]!}"`,
    `span.name=${quoted(span.name)}`,
  ];
  return `spans,service.name=${escaped(service)},${ids} ${fields.join(',')} ${startNanos}\n`;
}

function eventLines(ids: string, { events, startNanos }: DrawnSpan): string {
  return events
    .map(({ name, afterNanos, attributes }) => {
      const fields = `attributes=${quoted(jsonOf(attributes))},event.name=${quoted(name)}`;
      return `logs,${ids} ${fields} ${startNanos + afterNanos}\n`;
    })
    .join('');
}

function linkLines(ids: string, { links, startNanos }: DrawnSpan): string {
  return links
    .map(({ traceId, spanId, attributes }) => {
      const linked = `linked_span_id=${spanId.toString('hex')},linked_trace_id=${traceId.toString('hex')}`;
      return `span-links,${linked},${ids} attributes=${quoted(jsonOf(attributes))} ${startNanos}\n`;
    })
    .join('');
}

/** Keys come sorted, as Go writes them. */
function jsonOf(attributes: readonly AttributeDraw[]): string {
  return JSON.stringify(Object.fromEntries(attributes.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escaped(tag: string): string {
  return tag.replaceAll(/[,= ]/g, '\\$&');
}
