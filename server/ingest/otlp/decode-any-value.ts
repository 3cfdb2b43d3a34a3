import { TYPE_LETTERS, presentDouble, presentValue } from '../../columns/attribute-text.ts';
import { Bytes } from '../../wire/bytes.ts';
import type { AttributeType, AttributeValue } from '../../span/attribute.ts';
import { appendInt64 } from '../../wire/number-text.ts';
import type { ProtobufReader } from '../../wire/protobuf-reader.ts';
import type { SpanLimits } from '../span-limits.ts';
import {
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  INT_VALUE,
  KVLIST_VALUE,
  NestedReader,
  STRING_VALUE,
  doubleOf,
} from './decode-nested-value.ts';

/** Character codes of the type letters. */
export const LETTER = Object.fromEntries(
  Object.entries(TYPE_LETTERS).map(([type, letter]) => [type, letter.charCodeAt(0)]),
) as Record<AttributeType, number>;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** An OTLP AnyValue as a type letter and the text under which it is stored, which is a range of `source`. */
export class AnyValueText {
  letter = LETTER.empty;
  source: Uint8Array;
  from = 0;
  to = 0;
  /** Set when the value is nested deeper than the limit; its text is then not to be used. */
  tooDeep = false;
  readonly #scratch = new Bytes(256);
  readonly #limits: SpanLimits;

  constructor(limits: SpanLimits) {
    this.#limits = limits;
    this.source = this.#scratch.data;
  }

  /** An AnyValue with nothing in it, or an attribute without a value. */
  clear(): void {
    this.tooDeep = false;
    this.letter = LETTER.empty;
    this.from = this.to = 0;
  }

  /** Reads the message that the reader was led into, up to its end; the last of several values counts. */
  decode(reader: ProtobufReader): void {
    this.clear();
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      switch (tag) {
        case STRING_VALUE:
          reader.range();
          this.#set(LETTER.string, reader.bytes, reader.from, reader.at);
          break;
        case INT_VALUE:
          reader.varint64();
          this.int(reader.low, reader.high);
          break;
        case BOOL_VALUE:
          reader.varint64();
          this.bool((reader.low | reader.high) !== 0);
          break;
        case DOUBLE_VALUE:
          reader.fixed64();
          this.double(doubleOf(reader.low, reader.high));
          break;
        case BYTES_VALUE:
          reader.range();
          this.#setText(
            LETTER.bytes,
            Buffer.from(reader.bytes.subarray(reader.from, reader.at)).toString('base64'),
          );
          break;
        case ARRAY_VALUE:
          this.#nested(reader, 'array');
          break;
        case KVLIST_VALUE:
          this.#nested(reader, 'map');
          break;
        default:
          reader.skip(tag);
      }
    }
  }

  int(low: number, high: number): void {
    this.#scratch.length = 0;
    appendInt64(this.#scratch, low, high);
    this.#set(LETTER.int, this.#scratch.data, 0, this.#scratch.length);
  }

  bool(value: boolean): void {
    const text = value ? TRUE : FALSE;
    this.#set(LETTER.bool, text, 0, text.length);
  }

  double(value: number): void {
    this.#setText(LETTER.double, presentDouble(value));
  }

  nested(value: AttributeValue): void {
    this.#setText(LETTER[value.type], presentValue(value));
  }

  #nested(reader: ProtobufReader, type: 'array' | 'map'): void {
    if (this.#isTooLarge(reader)) return;
    const nested = new NestedReader(reader, this.#limits.nesting);
    this.nested(type === 'array' ? { type, value: nested.array() } : { type, value: nested.map() });
    this.tooDeep = nested.tooDeep;
  }

  /** Told by its bytes, so that no objects are made of it: they stand for its text, and are refused for their number. */
  #isTooLarge(reader: ProtobufReader): boolean {
    const begin = reader.at;
    reader.range();
    if (reader.at - reader.from > this.#limits.attributeBytes) {
      this.#set(LETTER.array, reader.bytes, reader.from, reader.at);
      return true;
    }
    reader.at = begin;
    return false;
  }

  string(source: Uint8Array, from: number, to: number): void {
    this.#set(LETTER.string, source, from, to);
  }

  #set(letter: number, source: Uint8Array, from: number, to: number): void {
    this.letter = letter;
    this.source = source;
    this.from = from;
    this.to = to;
  }

  #setText(letter: number, text: string): void {
    this.#scratch.length = 0;
    this.#scratch.utf8(text);
    this.#set(letter, this.#scratch.data, 0, this.#scratch.length);
  }
}
