import { BinaryReader } from '../../server/wire/thrift/binary-reader.ts';
import { CompactReader } from '../../server/wire/thrift/compact-reader.ts';
import { THRIFT, type ThriftReader } from '../../server/wire/thrift/thrift-reader.ts';
import type { ThriftListNode, ThriftNode, ThriftStructNode } from './thrift-node.ts';

/** One of the packed protocols: how it is read, and written whatever is wrong with it. */
export interface ThriftPacking {
  readonly createReader: (bytes: Uint8Array) => ThriftReader;
  readonly encode: (node: ThriftNode) => Buffer;
}

export const BINARY: ThriftPacking = {
  createReader: (bytes) => new BinaryReader(bytes),
  encode: encodeBinary,
};

export const COMPACT: ThriftPacking = {
  createReader: (bytes) => new CompactReader(bytes),
  encode: encodeCompact,
};

const WIDTHS = new Map<number, number>([
  [THRIFT.bool, 1],
  [THRIFT.byte, 1],
  [THRIFT.i16, 2],
  [THRIFT.i32, 4],
  [THRIFT.i64, 8],
]);

function encodeBinary(node: ThriftNode): Buffer {
  switch (node.kind) {
    case 'integer':
      return bigEndian(node.value, WIDTHS.get(node.type)!);
    case 'bytes':
      return Buffer.from(node.bytes);
    case 'string':
      return Buffer.concat([bigEndian(BigInt(node.bytes.length), 4), node.bytes]);
    case 'struct': {
      const fields = node.fields.flatMap(({ id, type, value }) => [
        Buffer.from([type]),
        bigEndian(BigInt(id), 2),
        encodeBinary(value),
      ]);
      return Buffer.concat([...fields, Buffer.alloc(node.ends ? 1 : 0)]);
    }
    case 'list': {
      const count = bigEndian(BigInt(node.count ?? node.elements.length), 4);
      return Buffer.concat([Buffer.from([node.elementType]), count, ...node.elements.map(encodeBinary)]);
    }
  }
}

/** The lowest bytes of the number, the highest of them first. */
function bigEndian(value: bigint, bytes: number): Buffer {
  const whole = Buffer.alloc(8);
  whole.writeBigInt64BE(BigInt.asIntN(64, value));
  return whole.subarray(8 - bytes);
}

/** Types as the compact protocol numbers them: bools are true or false. */
const COMPACT_TYPES = new Map<number, number>([
  [THRIFT.stop, 0],
  [THRIFT.bool, 1],
  [THRIFT.byte, 3],
  [THRIFT.i16, 4],
  [THRIFT.i32, 5],
  [THRIFT.i64, 6],
  [THRIFT.double, 7],
  [THRIFT.string, 8],
  [THRIFT.list, 9],
  [THRIFT.set, 10],
  [THRIFT.map, 11],
  [THRIFT.struct, 12],
]);
/** What stands for a type that does not exist. */
const NO_TYPE = 14;
const FALSE = 2;
const LONG = 15;

function encodeCompact(node: ThriftNode): Buffer {
  switch (node.kind) {
    case 'integer':
      if (node.type === THRIFT.bool) return Buffer.from([boolOf(node)]);
      return node.type === THRIFT.byte ? bigEndian(node.value, 1) : varint(zigzag(node.value));
    case 'bytes':
      return Buffer.from(node.bytes);
    case 'string':
      return Buffer.concat([varint(BigInt(node.bytes.length)), node.bytes]);
    case 'struct':
      return encodeCompactStruct(node);
    case 'list':
      return encodeCompactList(node);
  }
}

function encodeCompactStruct({ fields, ends }: ThriftStructNode): Buffer {
  let last = 0;
  const parts = fields.flatMap(({ id, type, value }) => {
    const step = id - last;
    last = id;
    const isBool = value.type === THRIFT.bool && type === THRIFT.bool;
    const kind = isBool ? boolOf(value) : typeOf(type);
    const isShort = step > 0 && step <= LONG;
    const head = isShort
      ? Buffer.from([(step << 4) | kind])
      : Buffer.concat([Buffer.from([kind]), varint(zigzag(BigInt(id)))]);
    return isBool ? [head] : [head, encodeCompact(value)];
  });
  return Buffer.concat([...parts, Buffer.alloc(ends ? 1 : 0)]);
}

function encodeCompactList({ elementType, elements, count = elements.length }: ThriftListNode): Buffer {
  const type = typeOf(elementType);
  const head =
    count >= 0 && count < LONG
      ? Buffer.from([(count << 4) | type])
      : Buffer.concat([Buffer.from([(LONG << 4) | type]), varint(BigInt(count))]);
  return Buffer.concat([head, ...elements.map(encodeCompact)]);
}

function typeOf(type: number): number {
  return COMPACT_TYPES.get(type) ?? NO_TYPE;
}

function boolOf(node: ThriftNode): number {
  return node.kind === 'integer' && node.value === 0n ? FALSE : 1;
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

/** Of 64 bits, seven a byte, the lowest first. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
