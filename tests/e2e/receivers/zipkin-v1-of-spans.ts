import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span } from '../../../server/span/span.ts';
import { encodeThrift, type ThriftValue } from '../../support/encode-thrift.ts';
import { struct } from '../../support/jaeger-thrift.ts';
import { textOf } from './json-text.ts';
import { annotationOf, micros, zipkinTags } from './zipkin-of-spans.ts';

interface V1Annotation {
  readonly timestamp: bigint;
  readonly value: string;
}

/** What tells a span's kind: at its start, and at its end. */
const CORES: Readonly<Partial<Record<Span['kind'], readonly [string, string?]>>> = {
  server: ['sr', 'ss'],
  client: ['cs', 'cr'],
  producer: ['ms'],
  consumer: ['mr'],
};

/** Zipkin's first generation, which types its tags. */
export function zipkinV1Json(spans: readonly Span[]): string {
  return JSON.stringify(
    spans.map((span) => {
      const endpoint = { serviceName: span.service };
      return {
        traceId: span.traceId,
        id: span.spanId,
        parentId: span.parentSpanId,
        name: span.name,
        timestamp: Number(micros(span.startNanos)),
        duration: Number(micros(span.durationNanos)),
        annotations: annotationsOf(span).map(({ timestamp, value }) => ({
          timestamp: Number(timestamp),
          value,
          endpoint,
        })),
        binaryAnnotations: zipkinTags(span).map((tag) => ({ ...jsonTag(tag), endpoint })),
      };
    }),
  );
}

/** The same in Thrift, encoded by Thrift's own package. */
export function zipkinV1Thrift(spans: readonly Span[]): Buffer {
  return encodeThrift('binary', { type: 'list', of: 'struct', values: spans.map(thriftSpan) });
}

function annotationsOf(span: Span): readonly V1Annotation[] {
  const [atStart, atEnd] = CORES[span.kind] ?? [];
  const start = micros(span.startNanos);
  const core = (value: string | undefined, timestamp: bigint): readonly V1Annotation[] =>
    value === undefined ? [] : [{ timestamp, value }];
  return [
    ...core(atStart, start),
    ...span.events.map((event) => ({ timestamp: micros(event.timeNanos), value: annotationOf(event) })),
    ...core(atEnd, start + micros(span.durationNanos)),
  ];
}

function jsonTag({ key, value }: Attribute): object {
  switch (value.type) {
    case 'bool':
      return { key, value: value.value, type: 'BOOL' };
    case 'int':
      return { key, value: String(value.value), type: 'I64' };
    case 'double':
      return { key, value: value.value, type: 'DOUBLE' };
    case 'bytes':
      return { key, value: Buffer.from(value.value).toString('base64'), type: 'BYTES' };
    case 'string':
    case 'array':
    case 'map':
    case 'empty':
      return { key, value: textOf(value) };
  }
}

function thriftSpan(span: Span): ThriftValue {
  const host = struct(
    [1, { type: 'i32', value: 0 }],
    [2, { type: 'i16', value: 0 }],
    [3, { type: 'string', value: span.service }],
  );
  const annotations = annotationsOf(span).map(({ timestamp, value }) =>
    struct([1, { type: 'i64', value: timestamp }], [2, { type: 'string', value }], [3, host]),
  );
  const tags = zipkinTags(span).map(({ key, value }) => {
    const [type, bytes] = thriftTag(value);
    return struct(
      [1, { type: 'string', value: key }],
      [2, { type: 'binary', value: bytes }],
      [3, { type: 'i32', value: type }],
      [4, host],
    );
  });
  return struct(
    [1, i64(span.traceId.slice(16))],
    [3, { type: 'string', value: span.name }],
    [4, i64(span.spanId)],
    [5, span.parentSpanId === undefined ? undefined : i64(span.parentSpanId)],
    [6, { type: 'list', of: 'struct', values: annotations }],
    [8, { type: 'list', of: 'struct', values: tags }],
    [10, { type: 'i64', value: micros(span.startNanos) }],
    [11, { type: 'i64', value: micros(span.durationNanos) }],
    [12, i64(span.traceId.slice(0, 16))],
  );
}

/** The number of the type in zipkincore.thrift, and the value: numbers with the highest byte first. */
function thriftTag(value: Attribute['value']): readonly [number, Buffer] {
  const word = Buffer.alloc(8);
  switch (value.type) {
    case 'bool':
      return [0, Buffer.from([value.value ? 1 : 0])];
    case 'bytes':
      return [1, Buffer.from(value.value)];
    case 'int':
      word.writeBigInt64BE(value.value);
      return [4, word];
    case 'double':
      word.writeDoubleBE(value.value);
      return [5, word];
    case 'string':
    case 'array':
    case 'map':
    case 'empty':
      return [6, Buffer.from(textOf(value))];
  }
}

function i64(hex: string): ThriftValue {
  return { type: 'i64', value: BigInt.asIntN(64, BigInt(`0x${hex}`)) };
}
