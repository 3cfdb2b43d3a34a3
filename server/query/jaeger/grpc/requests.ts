import { presentValue } from '../../../columns/attribute-text.ts';
import type { Attribute, AttributeValue } from '../../../span/attribute.ts';

/** google.protobuf.Timestamp and Duration as the library reads them. */
export interface Moment {
  readonly seconds: string;
  readonly nanos: number;
}

export interface TextEntry {
  readonly key: string;
  readonly value: string;
}

/** AnyValue as the library reads it: one of its fields is there, or none. */
export interface AnyValue {
  readonly string_value?: string;
  readonly bool_value?: boolean;
  readonly int_value?: string;
  readonly double_value?: number;
  readonly array_value?: { readonly values: readonly AnyValue[] };
  readonly kvlist_value?: { readonly values: readonly KeyValue[] };
  readonly bytes_value?: Uint8Array;
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue | null;
}

const NANOS_PER_SECOND = 1_000_000_000n;
/** The first moment of the year 1, which is how Go writes a time that nobody set. */
const GO_ZERO_TIME = -62_135_596_800n * NANOS_PER_SECOND;

/** Undefined for a time that nobody set. */
export function nanosOf(moment: Moment | null): bigint | undefined {
  if (moment === null) return undefined;
  const nanos = BigInt(moment.seconds) * NANOS_PER_SECOND + BigInt(moment.nanos);
  return nanos === GO_ZERO_TIME ? undefined : nanos;
}

export function parseTags(entries: readonly TextEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

/** Typed values as the text by which every attribute is found. A key without a value asks for nothing, as in Jaeger. */
export function parseAttributes(entries: readonly KeyValue[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.flatMap(({ key, value }) => (value === null ? [] : [[key, presentValue(parseAnyValue(value))]])),
  );
}

function parseAnyValue(any: AnyValue): AttributeValue {
  if (any.string_value !== undefined) return { type: 'string', value: any.string_value };
  if (any.bool_value !== undefined) return { type: 'bool', value: any.bool_value };
  if (any.int_value !== undefined) return { type: 'int', value: BigInt(any.int_value) };
  if (any.double_value !== undefined) return { type: 'double', value: any.double_value };
  if (any.bytes_value !== undefined) return { type: 'bytes', value: any.bytes_value };
  if (any.array_value !== undefined) {
    return { type: 'array', value: any.array_value.values.map(parseAnyValue) };
  }
  if (any.kvlist_value !== undefined)
    return { type: 'map', value: any.kvlist_value.values.map(parseKeyValue) };
  return { type: 'empty' };
}

function parseKeyValue({ key, value }: KeyValue): Attribute {
  return { key, value: parseAnyValue(value ?? {}) };
}
