import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { ThriftBinary } from './thrift-binary.ts';
import { zipkinAnnotations } from './zipkin-annotations.ts';
import { NANOS_PER_MICRO, zipkinTags } from './zipkin-tags.ts';

const STRING_ANNOTATION = 6;

/** A list of the spans of zipkincore.thrift, in binary Thrift. */
export class ZipkinThrift implements TrafficFormat {
  readonly maxBodyBytes = Infinity;
  readonly #spans = new ThriftBinary();
  readonly #request = new ThriftBinary();

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    const writer = this.#spans;
    writer.clear();
    writer.element(() => {
      writeSpan(writer, span, origin);
    });
    return writer.view();
  }

  encodeRequest({ count, content }: EncodedSpans): Buffer {
    this.#request.clear();
    this.#request.rootList(count);
    this.#request.elements(content);
    return this.#request.view();
  }
}

function writeSpan(writer: ThriftBinary, span: DrawnSpan, origin: Origin): void {
  const { traceId, parentSpanId, startNanos, endNanos } = span;
  const annotations = zipkinAnnotations(span);
  const tags = zipkinTags(span, origin);
  writer.i64(1, traceId.readBigInt64BE(8));
  writer.string(3, span.name);
  writer.i64(4, span.spanId.readBigInt64BE(0));
  if (parentSpanId !== undefined) writer.i64(5, parentSpanId.readBigInt64BE(0));
  writer.list(6, annotations.length, () => {
    for (const { micros, value } of annotations) {
      writer.element(() => {
        writer.i64(1, micros);
        writer.string(2, value);
        writeEndpoint(writer, 3, origin);
      });
    }
  });
  writer.list(8, tags.length, () => {
    for (const [key, value] of tags) {
      writer.element(() => {
        writer.string(1, key);
        writer.string(2, value);
        writer.i32(3, STRING_ANNOTATION);
        writeEndpoint(writer, 4, origin);
      });
    }
  });
  writer.i64(10, startNanos / NANOS_PER_MICRO);
  writer.i64(11, (endNanos - startNanos) / NANOS_PER_MICRO);
  writer.i64(12, traceId.readBigInt64BE(0));
}

function writeEndpoint(writer: ThriftBinary, field: number, { service }: Origin): void {
  writer.struct(field, () => {
    writer.i32(1, 0);
    writer.i16(2, 0);
    writer.string(3, service);
  });
}
