import { THRIFT, type ThriftReader } from '../../server/wire/thrift/thrift-reader.ts';

/** A value of Thrift that may be put together wrongly; its type is written as the binary protocol numbers it. */
export type ThriftNode = ThriftInteger | ThriftBytes | ThriftStructNode | ThriftListNode;

/** A bool too. */
export interface ThriftInteger {
  readonly kind: 'integer';
  readonly type: number;
  readonly value: bigint;
}

/** What a string says; of everything else the value as it stands. */
export interface ThriftBytes {
  readonly kind: 'string' | 'bytes';
  readonly type: number;
  readonly bytes: Uint8Array;
}

export interface ThriftStructNode {
  readonly kind: 'struct';
  readonly type: number;
  readonly fields: FieldNode[];
  /** Whether its end is written. */
  ends: boolean;
}

export interface FieldNode {
  readonly id: number;
  /** The type that is written, which may be another than the value's. */
  readonly type: number;
  readonly value: ThriftNode;
}

/** A list or a set. */
export interface ThriftListNode {
  readonly kind: 'list';
  readonly type: number;
  elementType: number;
  readonly elements: ThriftNode[];
  /** The number that is written, if that is not how many there are. */
  count: number | undefined;
}

/** What lies deeper is left as it is. */
const MAX_DEPTH = 40;

/** Reads a value of either of the packed protocols. */
export function readNode(reader: ThriftReader, type: number, depth = 0): ThriftNode {
  const integer = (value: bigint): ThriftNode => ({ kind: 'integer', type, value });
  switch (type) {
    case THRIFT.bool:
      return integer(reader.bool() ? 1n : 0n);
    case THRIFT.byte:
      return integer(BigInt(reader.byte()));
    case THRIFT.i16:
      return integer(BigInt(reader.i16()));
    case THRIFT.i32:
      return integer(BigInt(reader.i32()));
    case THRIFT.i64:
      reader.i64();
      return integer(BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low)));
    case THRIFT.string:
      reader.string();
      return { kind: 'string', type, bytes: reader.source.slice(reader.from, reader.to) };
    default:
      if (depth < MAX_DEPTH && type === THRIFT.struct) return readStruct(reader, depth);
      if (depth < MAX_DEPTH && (type === THRIFT.list || type === THRIFT.set))
        return readList(reader, type, depth);
      return readBytes(reader, type);
  }
}

function readStruct(reader: ThriftReader, depth: number): ThriftNode {
  const fields: FieldNode[] = [];
  reader.openStruct();
  while (reader.nextField()) {
    const { field: id, type } = reader;
    fields.push({ id, type, value: readNode(reader, type, depth + 1) });
  }
  return { kind: 'struct', type: THRIFT.struct, fields, ends: true };
}

function readList(reader: ThriftReader, type: number, depth: number): ThriftNode {
  const size = reader.openList();
  const { elementType } = reader;
  const elements = Array.from({ length: size }, () => readNode(reader, elementType, depth + 1));
  reader.closeList();
  return { kind: 'list', type, elementType, elements, count: undefined };
}

function readBytes(reader: ThriftReader, type: number): ThriftNode {
  const from = reader.at;
  reader.skip(type);
  return { kind: 'bytes', type, bytes: reader.bytes.slice(from, reader.at) };
}
