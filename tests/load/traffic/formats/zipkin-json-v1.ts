import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { jsonBody, jsonElement } from './json-body.ts';
import { zipkinAnnotations } from './zipkin-annotations.ts';
import { NANOS_PER_MICRO, zipkinTags } from './zipkin-tags.ts';

/** A list of Zipkin's spans of the first generation: every annotation names its endpoint. */
export class ZipkinJsonV1 implements TrafficFormat {
  readonly maxBodyBytes = Infinity;

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    const { parentSpanId, startNanos, endNanos } = span;
    const endpoint = { serviceName: origin.service };
    return jsonElement({
      traceId: span.traceId.toString('hex'),
      ...(parentSpanId === undefined ? {} : { parentId: parentSpanId.toString('hex') }),
      id: span.spanId.toString('hex'),
      name: span.name,
      timestamp: Number(startNanos / NANOS_PER_MICRO),
      duration: Number((endNanos - startNanos) / NANOS_PER_MICRO),
      annotations: zipkinAnnotations(span).map(({ micros, value }) => ({
        timestamp: Number(micros),
        value,
        endpoint,
      })),
      binaryAnnotations: zipkinTags(span, origin).map(([key, value]) => ({ key, value, endpoint })),
    });
  }

  encodeRequest({ content }: EncodedSpans): Buffer {
    return jsonBody('[', content, ']');
  }
}
