import type { DrawnSpan, Origin } from '../draw-spans.ts';
import { ProtobufBuffer } from '../protobuf-buffer.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { type JaegerTag, jaegerTags, processTags } from './jaeger-tags.ts';

const VALUE_TYPE = { boolean: 1, number: 2 } as const;
const CHILD_OF = 0;
const FOLLOWS_FROM = 1;
const SAMPLED = 1;
const NANOS_PER_SECOND = 1_000_000_000n;

/** PostSpansRequest of jaeger.api_v2. */
export class JaegerProtobuf implements TrafficFormat {
  readonly maxBodyBytes = Infinity;
  readonly #span = new ProtobufBuffer();
  readonly #inner = new ProtobufBuffer();
  readonly #time = new ProtobufBuffer();
  readonly #tag = new ProtobufBuffer();
  readonly #framed = new ProtobufBuffer();
  readonly #batch = new ProtobufBuffer();
  readonly #request = new ProtobufBuffer();

  encodeSpan(drawn: DrawnSpan, origin: Origin): Buffer {
    const { traceId, parentSpanId, startNanos, endNanos } = drawn;
    const span = this.#span;
    span.clear();
    span.bytes(1, traceId);
    span.bytes(2, drawn.spanId);
    span.text(3, drawn.name);
    if (parentSpanId !== undefined) this.#encodeReference(traceId, parentSpanId, CHILD_OF);
    for (const link of drawn.links) this.#encodeReference(link.traceId, link.spanId, FOLLOWS_FROM);
    span.varint(5, SAMPLED);
    this.#encodeTime(span, 6, startNanos);
    this.#encodeTime(span, 7, endNanos - startNanos);
    this.#encodeTags(span, 8, jaegerTags(drawn, origin));
    this.#encodeLogs(drawn);
    this.#framed.clear();
    this.#framed.message(1, span);
    return this.#framed.view();
  }

  encodeRequest({ content }: EncodedSpans, origin: Origin): Buffer {
    this.#inner.clear();
    this.#inner.text(1, origin.service);
    this.#encodeTags(this.#inner, 2, processTags(origin));
    this.#batch.clear();
    this.#batch.append(content);
    this.#batch.message(2, this.#inner);
    this.#request.clear();
    this.#request.message(1, this.#batch);
    return this.#request.view();
  }

  /** Numbers that are 0 are left out, as they are by everybody. */
  #encodeReference(traceId: Buffer, spanId: Buffer, type: number): void {
    this.#inner.clear();
    this.#inner.bytes(1, traceId);
    this.#inner.bytes(2, spanId);
    if (type !== 0) this.#inner.varint(3, type);
    this.#span.message(4, this.#inner);
  }

  /** Timestamp and Duration look the same. */
  #encodeTime(into: ProtobufBuffer, field: number, nanos: bigint): void {
    const seconds = Number(nanos / NANOS_PER_SECOND);
    const rest = Number(nanos % NANOS_PER_SECOND);
    this.#time.clear();
    if (seconds !== 0) this.#time.varint(1, seconds);
    if (rest !== 0) this.#time.varint(2, rest);
    into.message(field, this.#time);
  }

  #encodeLogs({ events, startNanos }: DrawnSpan): void {
    for (const { name, afterNanos, attributes } of events) {
      this.#inner.clear();
      this.#encodeTime(this.#inner, 1, startNanos + afterNanos);
      this.#encodeTags(this.#inner, 2, [['event', name], ...attributes]);
      this.#span.message(9, this.#inner);
    }
  }

  #encodeTags(into: ProtobufBuffer, field: number, tags: readonly JaegerTag[]): void {
    for (const [key, value] of tags) {
      this.#tag.clear();
      this.#tag.text(1, key);
      if (typeof value === 'string') this.#tag.text(3, value);
      else {
        this.#tag.varint(2, typeof value === 'boolean' ? VALUE_TYPE.boolean : VALUE_TYPE.number);
        if (typeof value === 'boolean') this.#tag.varint(4, value ? 1 : 0);
        else this.#tag.varint(5, value);
      }
      into.message(field, this.#tag);
    }
  }
}
