import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampNanosecond,
  Utf8,
  makeData,
  tableToIPC,
} from 'apache-arrow';
import { type Frame, type FrameField, checkedLength } from './frame.ts';

/**
 * The frame as an Arrow IPC file, which is what Grafana's plugin protocol carries. Columns are made from typed arrays:
 * the library's builders would turn text into dictionaries, which Grafana refuses, and read times as milliseconds.
 */
export function encodeArrow(frame: Frame): Uint8Array {
  const length = checkedLength(frame);
  const children = frame.fields.map(dataOf);
  const fields = frame.fields.map((field, at) => fieldOf(field, children[at]!.type));
  const schema = new Schema(fields, metadataOf(frame));
  const rows = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return tableToIPC(new Table(schema, length === 0 ? [] : [new RecordBatch(schema, rows)]), 'file');
}

function metadataOf({ name, refId, meta }: Frame): Map<string, string> {
  return new Map([
    ['name', name],
    ...(refId === undefined ? [] : [['refId', refId] as const]),
    ...(meta === undefined ? [] : [['meta', JSON.stringify(meta)] as const]),
  ]);
}

function fieldOf({ name, nullable, labels, config }: FrameField, type: DataType): Field {
  const metadata = new Map([
    ...(labels === undefined ? [] : [['labels', JSON.stringify(labels)] as const]),
    ...(config === undefined ? [] : [['config', JSON.stringify(config)] as const]),
  ]);
  return new Field(name, type, nullable, metadata);
}

function dataOf(field: FrameField): Data {
  const common = { length: field.values.length, ...validityOf(field.values) };
  switch (field.type) {
    case 'string':
      return makeData({ type: new Utf8(), ...common, ...bytesOf(field.values, (value) => value) });
    case 'json':
      return makeData({ type: new Binary(), ...common, ...bytesOf(field.values, jsonOf) });
    case 'int64':
      return makeData({ type: new Int64(), ...common, data: bigintsOf(field.values) });
    case 'time':
      return makeData({ type: new TimestampNanosecond(), ...common, data: bigintsOf(field.values) });
    case 'float64':
      return makeData({
        type: new Float64(),
        ...common,
        data: Float64Array.from(field.values, (value) => value ?? 0),
      });
    case 'boolean':
      return makeData({
        type: new Bool(),
        ...common,
        data: bitmapOf(field.values, (value) => value === true),
      });
  }
}

interface Validity {
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}

/** A column without nulls has no bitmap at all. */
function validityOf(values: readonly unknown[]): Validity {
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  return nullCount === 0
    ? { nullCount }
    : { nullCount, nullBitmap: bitmapOf(values, (value) => value !== null) };
}

/** A bit a row, the lowest first. */
function bitmapOf<T>(values: readonly T[], isSet: (value: T) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, at) => {
    if (isSet(value)) bitmap[at >> 3]! |= 1 << (at & 7);
  });
  return bitmap;
}

function bigintsOf(values: readonly (bigint | null)[]): BigInt64Array {
  return BigInt64Array.from(values, (value) => value ?? 0n);
}

function bytesOf<T>(
  values: readonly (T | null)[],
  textOf: (value: T) => string,
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const texts = values.map((value) => (value === null ? '' : textOf(value)));
  const valueOffsets = new Int32Array(values.length + 1);
  texts.forEach((text, at) => {
    valueOffsets[at + 1] = valueOffsets[at]! + Buffer.byteLength(text);
  });
  const data = Buffer.from(texts.join(''));
  // Halves of a character at the end of one text and at the beginning of the next one must not become one.
  const isOne = data.length === valueOffsets[values.length];
  return { valueOffsets, data: isOne ? data : Buffer.concat(texts.map((text) => Buffer.from(text))) };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value);
}
