import type { ServiceDefinition } from '@grpc/grpc-js';
import { many, message, one, service, unary } from '../../server/platform/grpc-interface/describe.ts';
import { loadInterfaces } from '../../server/platform/grpc-interface/load-interfaces.ts';
import { JAEGER_API_V2 } from '../../server/query/jaeger/grpc/interface/api-v2.ts';
import { GOOGLE_PROTOBUF } from '../../server/query/jaeger/grpc/interface/google-protobuf.ts';
import type { JaegerBatch, JaegerProcess, JaegerReference, JaegerSpan, JaegerTag } from './jaeger-batch.ts';

const COLLECTOR = {
  ...JAEGER_API_V2,
  types: {
    ...JAEGER_API_V2.types,
    Batch: message({ spans: many('Span', 1), process: one('Process', 2) }),
    PostSpansRequest: message({ batch: one('Batch', 1) }),
    PostSpansResponse: message({}),
    CollectorService: service({ PostSpans: unary('PostSpansRequest', 'PostSpansResponse') }),
  },
};
const { requestSerialize } = (
  loadInterfaces([GOOGLE_PROTOBUF, COLLECTOR], { longs: 'text' })[
    'jaeger.api_v2.CollectorService'
  ] as ServiceDefinition
)['PostSpans']!;
const TAG_TYPES = { STRING: 0, BOOL: 1, LONG: 2, DOUBLE: 3, BINARY: 4, UNKNOWN: 77 };
const MICROS = 1_000_000n;

/** What only jaeger.api_v2 can say of a span. */
export interface ProtobufMore {
  readonly process?: JaegerProcess;
  readonly warnings?: readonly string[];
}

/** The PostSpansRequest of jaeger.api_v2, encoded by protobufjs; `more` by the span's place. */
export function encodePostSpans({ process, spans }: JaegerBatch, more: readonly ProtobufMore[] = []): Buffer {
  const batch = {
    spans: spans.map((span, index) => spanOf(span, more[index])),
    process: process && processOf(process),
  };
  return requestSerialize({ batch });
}

function spanOf(span: JaegerSpan, more: ProtobufMore = {}): object {
  const { traceIdLow, traceIdHigh, parentSpanId } = span;
  const isRoot = parentSpanId === undefined || parentSpanId === '0';
  const parent: JaegerReference[] = isRoot
    ? []
    : [{ traceIdLow, traceIdHigh, spanId: parentSpanId } as JaegerReference];
  return {
    trace_id: traceIdOf(span),
    span_id: idOf(span.spanId),
    operation_name: span.operationName,
    references: [...parent, ...(span.references ?? [])].map((reference) => ({
      trace_id: traceIdOf(reference),
      span_id: idOf(reference.spanId),
      ref_type: reference.refType === 'FOLLOWS_FROM' ? 1 : 0,
    })),
    flags: span.flags,
    start_time: timeOf(span.startTime),
    duration: timeOf(span.duration),
    tags: span.tags?.map(tagOf),
    logs: span.logs?.map(({ timestamp, fields }) => ({
      timestamp: timeOf(timestamp),
      fields: fields?.map(tagOf),
    })),
    process: more.process && processOf(more.process),
    process_id: 'p1',
    warnings: more.warnings,
  };
}

function processOf({ serviceName, tags }: JaegerProcess): object {
  return { service_name: serviceName, tags: tags?.map(tagOf) };
}

function tagOf(tag: JaegerTag): object {
  return {
    key: tag.key,
    v_type: tag.vType && TAG_TYPES[tag.vType],
    v_str: tag.vStr,
    v_bool: tag.vBool,
    v_int64: tag.vLong,
    v_float64: tag.vDouble,
    v_binary: tag.vBinary === undefined ? undefined : Buffer.from(tag.vBinary, 'base64'),
  };
}

function traceIdOf({ traceIdLow, traceIdHigh }: { traceIdLow?: string; traceIdHigh?: string }): Buffer {
  return Buffer.concat([idOf(traceIdHigh), idOf(traceIdLow)]);
}

function idOf(digits = '0'): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(digits));
  return bytes;
}

/** Seconds and what is left of them, both of one sign, as durations have it. */
function timeOf(micros: string | undefined): object | undefined {
  if (micros === undefined) return undefined;
  const [whole, thousandths = '000'] = micros.split('.');
  const all = BigInt(whole!);
  return { seconds: String(all / MICROS), nanos: Number(all % MICROS) * 1000 + Number(thousandths) };
}
