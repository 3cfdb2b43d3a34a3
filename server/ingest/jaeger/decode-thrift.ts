import { Fault } from '../../errors/fault.ts';
import { BinaryReader } from '../../wire/thrift/binary-reader.ts';
import { CompactReader } from '../../wire/thrift/compact-reader.ts';
import { ThriftJsonReader } from '../../wire/thrift/json-reader.ts';
import { MESSAGE, THRIFT, type ThriftReader } from '../../wire/thrift/thrift-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ThriftBatchReader } from './decode-thrift-batch.ts';
import { type ShortTag, fieldOf } from './decode-thrift-tag.ts';
import { putNone, putShortBinary, putShortCompact } from './short-tag.ts';

/** The one message that is taken, and the field of its arguments that is the batch. */
const EMIT_BATCH = 'emitBatch';
const BATCH = fieldOf(1, THRIFT.struct);
const ADVICE = 'call emitBatch of jaeger.thrift; spans of Zipkin are taken over HTTP';
/** More of a message's name is not shown. */
const MAX_SHOWN_BYTES = 60;

/** Decodes a Batch of jaeger.thrift from the binary protocol. */
export function* decodeThriftBinary(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* new ThriftBatchReader(new BinaryReader(body), writer, putShortBinary).read();
}

/** The same from the compact protocol. */
export function* decodeThriftCompact(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* new ThriftBatchReader(new CompactReader(body), writer, putShortCompact).read();
}

/** The same from the JSON protocol. */
export function* decodeThriftJson(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* new ThriftBatchReader(new ThriftJsonReader(body), writer, putNone).read();
}

/** Decodes a message of Jaeger's agent, as clients send it in a datagram, from the binary protocol. */
export function* decodeAgentBinary(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* decodeMessage(new BinaryReader(body), writer, putShortBinary);
}

/** The same from the compact protocol. */
export function* decodeAgentCompact(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* decodeMessage(new CompactReader(body), writer, putShortCompact);
}

function* decodeMessage(reader: ThriftReader, writer: SpanWriter, putShort: ShortTag): Generator<void, void> {
  const kind = reader.openMessage();
  const { source, from, to } = reader;
  const name = Buffer.from(source.subarray(from, Math.min(to, from + MAX_SHOWN_BYTES))).toString('utf8');
  if (name !== EMIT_BATCH || (kind !== MESSAGE.oneway && kind !== MESSAGE.call)) {
    const what = name === EMIT_BATCH ? 'an answer to emitBatch' : `the message ${JSON.stringify(name)}`;
    throw new Fault('invalid', `${what} is not taken: ${ADVICE}`, { offset: from });
  }
  const batch = new ThriftBatchReader(reader, writer, putShort);
  reader.openStruct();
  while (reader.nextField()) {
    if (fieldOf(reader.field, reader.type) === BATCH) yield* batch.read();
    else reader.skip(reader.type);
  }
}
