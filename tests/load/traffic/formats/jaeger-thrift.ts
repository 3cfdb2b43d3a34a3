import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { type JaegerTag, jaegerTags, processTags } from './jaeger-tags.ts';
import type { ThriftWriter } from './thrift-writer.ts';

const TAG_TYPE = { string: 0, boolean: 2, number: 3 } as const;
const FOLLOWS_FROM = 1;
const SAMPLED = 1;
const NANOS_PER_MICRO = 1000n;

/** A Batch of jaeger.thrift, in one of Thrift's protocols. */
export class JaegerThrift implements TrafficFormat {
  readonly maxBodyBytes = Infinity;
  readonly #spans: ThriftWriter;
  readonly #batch: ThriftWriter;

  constructor(createWriter: () => ThriftWriter) {
    this.#spans = createWriter();
    this.#batch = createWriter();
  }

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    const writer = this.#spans;
    writer.clear();
    writer.element(() => {
      writeSpan(writer, span, origin);
    });
    return writer.view();
  }

  encodeRequest(spans: EncodedSpans, origin: Origin): Buffer {
    const writer = this.#batch;
    writer.clear();
    writer.root(() => {
      writeBatch(writer, spans, origin);
    });
    return writer.view();
  }
}

export function writeBatch(writer: ThriftWriter, { count, content }: EncodedSpans, origin: Origin): void {
  writer.struct(1, () => {
    writer.string(1, origin.service);
    writeTags(writer, 2, processTags(origin));
  });
  writer.list(2, count, () => {
    writer.elements(content);
  });
}

function writeSpan(writer: ThriftWriter, span: DrawnSpan, origin: Origin): void {
  const { traceId, startNanos, endNanos, links, events } = span;
  writer.i64(1, traceId.readBigInt64BE(8));
  writer.i64(2, traceId.readBigInt64BE(0));
  writer.i64(3, span.spanId.readBigInt64BE(0));
  writer.i64(4, span.parentSpanId?.readBigInt64BE(0) ?? 0n);
  writer.string(5, span.name);
  if (links.length > 0) writeReferences(writer, span);
  writer.i32(7, SAMPLED);
  writer.i64(8, startNanos / NANOS_PER_MICRO);
  writer.i64(9, (endNanos - startNanos) / NANOS_PER_MICRO);
  writeTags(writer, 10, jaegerTags(span, origin));
  if (events.length > 0) writeLogs(writer, span);
}

function writeReferences(writer: ThriftWriter, { links }: DrawnSpan): void {
  writer.list(6, links.length, () => {
    for (const { traceId, spanId } of links) {
      writer.element(() => {
        writer.i32(1, FOLLOWS_FROM);
        writer.i64(2, traceId.readBigInt64BE(8));
        writer.i64(3, traceId.readBigInt64BE(0));
        writer.i64(4, spanId.readBigInt64BE(0));
      });
    }
  });
}

function writeLogs(writer: ThriftWriter, { events, startNanos }: DrawnSpan): void {
  writer.list(11, events.length, () => {
    for (const { name, afterNanos, attributes } of events) {
      writer.element(() => {
        writer.i64(1, (startNanos + afterNanos) / NANOS_PER_MICRO);
        writeTags(writer, 2, [['event', name], ...attributes]);
      });
    }
  });
}

function writeTags(writer: ThriftWriter, field: number, tags: readonly JaegerTag[]): void {
  writer.list(field, tags.length, () => {
    for (const tag of tags) {
      writer.element(() => {
        writeTag(writer, tag);
      });
    }
  });
}

function writeTag(writer: ThriftWriter, [key, value]: JaegerTag): void {
  writer.string(1, key);
  writer.i32(2, TAG_TYPE[typeof value as keyof typeof TAG_TYPE]);
  if (typeof value === 'string') writer.string(3, value);
  else if (typeof value === 'boolean') writer.bool(5, value);
  else writer.i64(6, BigInt(value));
}
