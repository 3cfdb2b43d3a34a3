import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { AttributeDraw } from '../shape.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { jsonBody, jsonElement } from './json-body.ts';

const STATUS_ERROR = 2;

/** ExportTraceServiceRequest in OTLP's JSON. */
export class OtlpJson implements TrafficFormat {
  readonly maxBodyBytes = Infinity;

  encodeSpan(span: DrawnSpan): Buffer {
    const { startNanos, events, links, failure } = span;
    return jsonElement({
      traceId: span.traceId.toString('hex'),
      spanId: span.spanId.toString('hex'),
      ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId.toString('hex') }),
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: String(startNanos),
      endTimeUnixNano: String(span.endNanos),
      attributes: attributesOf(span.attributes),
      events: events.map(({ name, afterNanos, attributes }) => ({
        timeUnixNano: String(startNanos + afterNanos),
        name,
        attributes: attributesOf(attributes),
      })),
      links: links.map(({ traceId, spanId, attributes }) => ({
        traceId: traceId.toString('hex'),
        spanId: spanId.toString('hex'),
        attributes: attributesOf(attributes),
      })),
      status: failure === undefined ? {} : { message: failure, code: STATUS_ERROR },
    });
  }

  encodeRequest({ content }: EncodedSpans, { resource, scope }: Origin): Buffer {
    const head = JSON.stringify({ attributes: attributesOf(resource) });
    const spansHead = `{"scope":${JSON.stringify(scope)},"spans":[`;
    return jsonBody(`{"resourceSpans":[{"resource":${head},"scopeSpans":[${spansHead}`, content, ']}]}]}');
  }
}

function attributesOf(attributes: readonly AttributeDraw[]): object[] {
  return attributes.map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}
