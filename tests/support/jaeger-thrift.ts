import type { ThriftField, ThriftStruct, ThriftType, ThriftValue } from './encode-thrift.ts';
import type {
  JaegerBatch,
  JaegerLog,
  JaegerProcess,
  JaegerReference,
  JaegerSpan,
  JaegerTag,
} from './jaeger-batch.ts';

const REF_TYPES = { CHILD_OF: 0, FOLLOWS_FROM: 1 };
const TAG_TYPES = { STRING: 0, DOUBLE: 1, BOOL: 2, LONG: 3, BINARY: 4, UNKNOWN: 77 };

/** The Batch of jaeger.thrift; what is undefined is left out. */
export function thriftOfBatch({ process, spans }: JaegerBatch): ThriftStruct {
  return struct([1, process && thriftOfProcess(process)], [2, list('struct', spans, thriftOfSpan)]);
}

export function thriftOfProcess({ serviceName, tags }: JaegerProcess): ThriftStruct {
  return struct([1, string(serviceName)], [2, list('struct', tags, thriftOfTag)]);
}

export function thriftOfSpan(span: JaegerSpan): ThriftStruct {
  return struct(
    [1, i64(span.traceIdLow)],
    [2, i64(span.traceIdHigh)],
    [3, i64(span.spanId)],
    [4, i64(span.parentSpanId)],
    [5, string(span.operationName)],
    [6, list('struct', span.references, thriftOfReference)],
    [7, i32(span.flags)],
    [8, i64(span.startTime)],
    [9, i64(span.duration)],
    [10, list('struct', span.tags, thriftOfTag)],
    [11, list('struct', span.logs, thriftOfLog)],
  );
}

export function thriftOfTag(tag: JaegerTag): ThriftStruct {
  const { key, vType, vStr, vDouble, vBool, vLong, vBinary } = tag;
  return struct(
    [1, string(key)],
    [2, i32(vType && TAG_TYPES[vType])],
    [3, string(vStr)],
    [4, vDouble === undefined ? undefined : { type: 'double', value: vDouble }],
    [5, vBool === undefined ? undefined : { type: 'bool', value: vBool }],
    [6, i64(vLong)],
    [7, vBinary === undefined ? undefined : { type: 'binary', value: Buffer.from(vBinary, 'base64') }],
  );
}

export function struct(...fields: readonly (readonly [number, ThriftValue | undefined])[]): ThriftStruct {
  return { type: 'struct', fields: fields.filter((field): field is ThriftField => field[1] !== undefined) };
}

function thriftOfLog({ timestamp, fields }: JaegerLog): ThriftStruct {
  return struct([1, i64(timestamp)], [2, list('struct', fields, thriftOfTag)]);
}

function thriftOfReference({ refType, traceIdLow, traceIdHigh, spanId }: JaegerReference): ThriftStruct {
  return struct(
    [1, i32(refType && REF_TYPES[refType])],
    [2, i64(traceIdLow)],
    [3, i64(traceIdHigh)],
    [4, i64(spanId)],
  );
}

function list<Item>(
  of: ThriftType,
  items: readonly Item[] | undefined,
  thriftOf: (item: Item) => ThriftValue,
): ThriftValue | undefined {
  return items && { type: 'list', of, values: items.map(thriftOf) };
}

function i64(digits: string | undefined): ThriftValue | undefined {
  return digits === undefined ? undefined : { type: 'i64', value: BigInt(digits) };
}

function i32(value: number | undefined): ThriftValue | undefined {
  return value === undefined ? undefined : { type: 'i32', value };
}

function string(value: string | undefined): ThriftValue | undefined {
  return value === undefined ? undefined : { type: 'string', value };
}
