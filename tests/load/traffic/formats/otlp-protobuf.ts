import type { DrawnSpan, Origin } from '../draw-spans.ts';
import { ProtobufBuffer } from '../protobuf-buffer.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { ProtobufAttributes } from './protobuf-attributes.ts';

const STATUS_ERROR = 2;

/** ExportTraceServiceRequest, over HTTP or gRPC. */
export class OtlpProtobuf implements TrafficFormat {
  readonly maxBodyBytes = Infinity;
  readonly #attributes = new ProtobufAttributes();
  readonly #span = new ProtobufBuffer();
  readonly #inner = new ProtobufBuffer();
  readonly #framed = new ProtobufBuffer();
  readonly #scopeSpans = new ProtobufBuffer();
  readonly #resourceSpans = new ProtobufBuffer();
  readonly #request = new ProtobufBuffer();

  encodeSpan(drawn: DrawnSpan): Buffer {
    const span = this.#span;
    span.clear();
    span.bytes(1, drawn.traceId);
    span.bytes(2, drawn.spanId);
    if (drawn.parentSpanId !== undefined) span.bytes(4, drawn.parentSpanId);
    span.text(5, drawn.name);
    span.varint(6, drawn.kind);
    span.fixed64(7, drawn.startNanos);
    span.fixed64(8, drawn.endNanos);
    this.#attributes.encode(span, 9, drawn.attributes);
    this.#encodeEvents(drawn);
    this.#encodeLinks(drawn);
    this.#encodeStatus(drawn);
    this.#framed.clear();
    this.#framed.message(2, span);
    return this.#framed.view();
  }

  encodeRequest({ content }: EncodedSpans, { resource, scope }: Origin): Buffer {
    this.#inner.clear();
    this.#inner.text(1, scope.name);
    this.#inner.text(2, scope.version);
    this.#scopeSpans.clear();
    this.#scopeSpans.message(1, this.#inner);
    this.#scopeSpans.append(content);
    this.#inner.clear();
    this.#attributes.encode(this.#inner, 1, resource);
    this.#resourceSpans.clear();
    this.#resourceSpans.message(1, this.#inner);
    this.#resourceSpans.message(2, this.#scopeSpans);
    this.#request.clear();
    this.#request.message(1, this.#resourceSpans);
    return this.#request.view();
  }

  #encodeEvents({ events, startNanos }: DrawnSpan): void {
    for (const { name, afterNanos, attributes } of events) {
      this.#inner.clear();
      this.#inner.fixed64(1, startNanos + afterNanos);
      this.#inner.text(2, name);
      this.#attributes.encode(this.#inner, 3, attributes);
      this.#span.message(11, this.#inner);
    }
  }

  #encodeLinks({ links }: DrawnSpan): void {
    for (const { traceId, spanId, attributes } of links) {
      this.#inner.clear();
      this.#inner.bytes(1, traceId);
      this.#inner.bytes(2, spanId);
      this.#attributes.encode(this.#inner, 4, attributes);
      this.#span.message(13, this.#inner);
    }
  }

  #encodeStatus({ failure }: DrawnSpan): void {
    if (failure === undefined) return;
    this.#inner.clear();
    this.#inner.text(2, failure);
    this.#inner.varint(3, STATUS_ERROR);
    this.#span.message(15, this.#inner);
  }
}
