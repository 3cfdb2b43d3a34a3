import type { ProtobufReader } from '../../wire/protobuf-reader.ts';
import type { SpanLimits } from '../span-limits.ts';
import { LETTER, ValueText } from '../value-text.ts';
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

/** An OTLP AnyValue as it is stored. */
export class AnyValueText extends ValueText {
  /** Set when the value is nested deeper than the limit; its text is then not to be used. */
  tooDeep = false;
  readonly #limits: SpanLimits;

  constructor(limits: SpanLimits) {
    super();
    this.#limits = limits;
  }

  /** An AnyValue with nothing in it, or an attribute without a value. */
  override clear(): void {
    super.clear();
    this.tooDeep = false;
  }

  /** Reads the message that the reader was led into, up to its end; the last of several values counts. */
  decode(reader: ProtobufReader): void {
    this.clear();
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      switch (tag) {
        case STRING_VALUE:
          reader.range();
          this.string(reader.bytes, reader.from, reader.at);
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
          this.bytes(reader.bytes, reader.from, reader.at);
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

  #nested(reader: ProtobufReader, type: 'array' | 'map'): void {
    if (this.#isTooLarge(reader)) return;
    const nested = new NestedReader(reader, this.#limits.nesting);
    this.value(type === 'array' ? { type, value: nested.array() } : { type, value: nested.map() });
    this.tooDeep = nested.tooDeep;
  }

  /** Told by its bytes, so that no objects are made of it: they stand for its text, and are refused for their number. */
  #isTooLarge(reader: ProtobufReader): boolean {
    const begin = reader.at;
    reader.range();
    if (reader.at - reader.from > this.#limits.attributeBytes) {
      this.range(LETTER.array, reader.bytes, reader.from, reader.at);
      return true;
    }
    reader.at = begin;
    return false;
  }
}
