import type { FieldNames } from '../../wire/field-names.ts';
import type { JsonReader } from '../../wire/json-reader.ts';

/** Readers of what the fields of OTLP's JSON messages hold: objects, lists, numbers, enums and ids. */

const MASK_32 = 0xffff_ffffn;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

interface IntegerRange {
  readonly min: bigint | number;
  readonly max: bigint | number;
}

/** Signed or not: fields that are unsigned are read as their 64 bits. */
const WHOLE_64: IntegerRange = { min: MIN_INT64, max: MAX_UINT64 };
/** What numbers may be written as strings. */
const DOUBLE = /^(?:NaN|[+-]?Infinity|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
export const QUOTE = 0x22;

/** Calls back with the number of each field, which has to read or skip the field's value. */
export function readObject(
  reader: JsonReader,
  what: string,
  names: FieldNames,
  read: (field: number) => void,
): void {
  if (!reader.openObject(what)) return;
  for (let first = true; reader.nextField(first); first = false) read(fieldNumber(reader, names));
}

export function readList(reader: JsonReader, what: string, read: () => void): void {
  if (!reader.openArray(what)) return;
  for (let first = true; reader.nextElement(first); first = false) read();
}

/** Of the field whose name was read last. */
export function fieldNumber(reader: JsonReader, names: FieldNames): number {
  return names.find(reader.source, reader.from, reader.to);
}

/** An id in hex, as OTLP has it, or in base64, as protobuf's own JSON has it: no id looks like both. */
export function readId(reader: JsonReader, what: string): Buffer {
  const text = reader.text(what);
  return Buffer.from(text, isHex(text) ? 'hex' : 'base64');
}

/** A number, or a name with its prefix; names nobody knows are 0, as in protobuf's own JSON. */
export function readEnum(reader: JsonReader, what: string, prefix: string, names: readonly string[]): number {
  if (reader.peek() !== QUOTE) return readUint32(reader, what);
  const text = reader.text(what);
  if (/^[+-]?\d{1,20}$/.test(text)) return Number(BigInt(text) & MASK_32);
  return text.startsWith(prefix) ? Math.max(0, names.indexOf(text.slice(prefix.length).toLowerCase())) : 0;
}

export function readUint32(reader: JsonReader, what: string): number {
  return Number(readInteger(reader, what) & MASK_32);
}

/** As halves, the low one first. */
export function readUint64(reader: JsonReader, what: string): readonly [number, number] {
  const value = readInteger(reader, what);
  return [Number(value & MASK_32), Number((value >> 32n) & MASK_32)];
}

export function readInteger(reader: JsonReader, what: string, range: IntegerRange = WHOLE_64): bigint {
  reader.peek();
  const at = reader.at;
  const text = reader.numeral(what);
  const value = parseInteger(text);
  if (value === undefined || value > range.max || value < range.min) {
    throw reader.fault(`expected a whole number of 64 bits for ${what}`, at);
  }
  return value;
}

export function readDouble(reader: JsonReader, what: string): number {
  reader.peek();
  const at = reader.at;
  const text = reader.numeral(what).replace(/^([+-]?)inf$/, '$1Infinity');
  if (!DOUBLE.test(text)) throw reader.fault(`expected a number for ${what}`, at);
  return Number(text);
}

/** 64-bit integers keep every digit; numbers with a point or an exponent are taken if they are whole. */
function parseInteger(text: string): bigint | undefined {
  if (text === '') return 0n;
  if (/^[+-]?\d{1,20}$/.test(text)) return BigInt(text);
  const value = DOUBLE.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
}
