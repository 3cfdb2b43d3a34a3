import thrift, { type Protocol } from 'thrift';
import { THRIFT } from '../../server/wire/thrift/thrift-reader.ts';

/** A value of Thrift, with what its type is; the bytes are made by Thrift's own package. */
export type ThriftValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'byte' | 'i16' | 'i32' | 'double'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'struct'; readonly fields: readonly ThriftField[] }
  | { readonly type: 'list' | 'set'; readonly of: ThriftType; readonly values: readonly ThriftValue[] }
  | {
      readonly type: 'map';
      readonly keys: ThriftType;
      readonly of: ThriftType;
      readonly pairs: readonly (readonly [ThriftValue, ThriftValue])[];
    };

export type ThriftType = ThriftValue['type'];
export type ThriftField = readonly [id: number, value: ThriftValue];
export type ThriftStruct = Extract<ThriftValue, { type: 'struct' }>;

export interface ThriftMessage {
  readonly name: string;
  readonly kind: number;
}

const PROTOCOLS = {
  binary: thrift.TBinaryProtocol,
  compact: thrift.TCompactProtocol,
  json: thrift.TJSONProtocol,
};
export type ThriftProtocol = keyof typeof PROTOCOLS;

export const THRIFT_PROTOCOLS = Object.keys(PROTOCOLS) as readonly ThriftProtocol[];

/** The value, alone or as the arguments of a message. `isStrict`: with a version in front, where there may be none. */
export function encodeThrift(
  protocol: ThriftProtocol,
  value: ThriftValue,
  message?: ThriftMessage,
  isStrict = true,
): Buffer {
  if (protocol === 'json' && message === undefined) return encodeJson(value);
  let bytes: Buffer | undefined;
  const transport = new thrift.TBufferedTransport(undefined, (written) => {
    bytes = written;
  });
  const output = new PROTOCOLS[protocol](transport, isStrict, isStrict);
  if (message !== undefined) output.writeMessageBegin(message.name, message.kind, 7);
  writeValue(output, value);
  if (message !== undefined) output.writeMessageEnd();
  output.flush();
  return bytes!;
}

/** The package writes JSON only as the arguments of a message, behind which they are taken out again. */
function encodeJson(value: ThriftValue): Buffer {
  const message = encodeThrift('json', value, { name: '', kind: 1 });
  return message.subarray('[1,"",1,7,'.length, message.length - ']'.length);
}

/** The number of a type; bytes are strings to everybody but the JSON protocol. */
function typeNumber(type: ThriftType): number {
  return THRIFT[type === 'binary' ? 'string' : type];
}

function writeValue(output: Protocol, value: ThriftValue): void {
  switch (value.type) {
    case 'bool':
      output.writeBool(value.value);
      return;
    case 'byte':
      output.writeByte(value.value);
      return;
    case 'i16':
      output.writeI16(value.value);
      return;
    case 'i32':
      output.writeI32(value.value);
      return;
    case 'i64':
      output.writeI64(thrift.fromBigInt(value.value));
      return;
    case 'double':
      output.writeDouble(value.value);
      return;
    case 'string':
      output.writeString(value.value);
      return;
    case 'binary':
      output.writeBinary(Buffer.from(value.value));
      return;
    case 'struct':
    case 'list':
    case 'set':
    case 'map':
      writeContainer(output, value);
  }
}

function writeContainer(
  output: Protocol,
  value: Extract<ThriftValue, { type: 'struct' | 'list' | 'set' | 'map' }>,
): void {
  switch (value.type) {
    case 'struct':
      writeStruct(output, value);
      return;
    case 'list':
      output.writeListBegin(typeNumber(value.of), value.values.length);
      for (const element of value.values) writeValue(output, element);
      output.writeListEnd();
      return;
    case 'set':
      output.writeSetBegin(typeNumber(value.of), value.values.length);
      for (const element of value.values) writeValue(output, element);
      output.writeSetEnd();
      return;
    case 'map':
      output.writeMapBegin(typeNumber(value.keys), typeNumber(value.of), value.pairs.length);
      for (const element of value.pairs.flat()) writeValue(output, element);
      output.writeMapEnd();
  }
}

function writeStruct(output: Protocol, { fields }: ThriftStruct): void {
  output.writeStructBegin('');
  for (const [id, value] of fields) {
    output.writeFieldBegin('', typeNumber(value.type), id);
    writeValue(output, value);
    output.writeFieldEnd();
  }
  output.writeFieldStop();
  output.writeStructEnd();
}
