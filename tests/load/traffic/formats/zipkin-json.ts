import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { jsonBody, jsonElement } from './json-body.ts';
import { annotationValue, NANOS_PER_MICRO, ZIPKIN_KINDS, zipkinTags } from './zipkin-tags.ts';

/** A list of Zipkin's spans of the second generation. */
export class ZipkinJson implements TrafficFormat {
  readonly maxBodyBytes = Infinity;

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    const { parentSpanId, startNanos, endNanos, events } = span;
    const kind = ZIPKIN_KINDS[span.kind]!;
    return jsonElement({
      traceId: span.traceId.toString('hex'),
      ...(parentSpanId === undefined ? {} : { parentId: parentSpanId.toString('hex') }),
      id: span.spanId.toString('hex'),
      ...(kind === '' ? {} : { kind }),
      name: span.name,
      timestamp: Number(startNanos / NANOS_PER_MICRO),
      duration: Number((endNanos - startNanos) / NANOS_PER_MICRO),
      localEndpoint: { serviceName: origin.service },
      annotations: events.map((event) => ({
        timestamp: Number((startNanos + event.afterNanos) / NANOS_PER_MICRO),
        value: annotationValue(event),
      })),
      tags: Object.fromEntries(zipkinTags(span, origin)),
    });
  }

  encodeRequest({ content }: EncodedSpans): Buffer {
    return jsonBody('[', content, ']');
  }
}
