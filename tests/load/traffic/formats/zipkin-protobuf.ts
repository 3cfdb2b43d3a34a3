import type { DrawnSpan, Origin } from '../draw-spans.ts';
import { ProtobufBuffer } from '../protobuf-buffer.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { annotationValue, NANOS_PER_MICRO, zipkinTags } from './zipkin-tags.ts';

/** Zipkin's kinds by the numbers of OTLP's. */
const KINDS = [0, 0, 2, 1, 3, 4];

/** ListOfSpans of zipkin.proto3. */
export class ZipkinProtobuf implements TrafficFormat {
  readonly maxBodyBytes = Infinity;
  readonly #span = new ProtobufBuffer();
  readonly #inner = new ProtobufBuffer();
  readonly #framed = new ProtobufBuffer();

  encodeSpan(drawn: DrawnSpan, origin: Origin): Buffer {
    const { startNanos, endNanos } = drawn;
    const span = this.#span;
    const kind = KINDS[drawn.kind]!;
    span.clear();
    span.bytes(1, drawn.traceId);
    if (drawn.parentSpanId !== undefined) span.bytes(2, drawn.parentSpanId);
    span.bytes(3, drawn.spanId);
    if (kind !== 0) span.varint(4, kind);
    span.text(5, drawn.name);
    span.fixed64(6, startNanos / NANOS_PER_MICRO);
    span.varint(7, Number((endNanos - startNanos) / NANOS_PER_MICRO));
    this.#inner.clear();
    this.#inner.text(1, origin.service);
    span.message(8, this.#inner);
    this.#encodeAnnotations(drawn);
    this.#encodeTags(drawn, origin);
    this.#framed.clear();
    this.#framed.message(1, span);
    return this.#framed.view();
  }

  encodeRequest({ content }: EncodedSpans): Buffer {
    return content;
  }

  #encodeAnnotations({ events, startNanos }: DrawnSpan): void {
    for (const event of events) {
      this.#inner.clear();
      this.#inner.fixed64(1, (startNanos + event.afterNanos) / NANOS_PER_MICRO);
      this.#inner.text(2, annotationValue(event));
      this.#span.message(10, this.#inner);
    }
  }

  #encodeTags(drawn: DrawnSpan, origin: Origin): void {
    for (const [key, value] of zipkinTags(drawn, origin)) {
      this.#inner.clear();
      this.#inner.text(1, key);
      this.#inner.text(2, value);
      this.#span.message(11, this.#inner);
    }
  }
}
