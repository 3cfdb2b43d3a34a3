import { THRIFT, type ThriftReader } from '../../wire/thrift/thrift-reader.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { TagDraft, VALUE, type Value } from './tag-draft.ts';

/** A field's number and type in one, as `case` wants them. */
export const fieldOf = (field: number, type: number): number => (field << 4) | type;

const TAG = {
  key: fieldOf(1, THRIFT.string),
  type: fieldOf(2, THRIFT.i32),
  string: fieldOf(3, THRIFT.string),
  double: fieldOf(4, THRIFT.double),
  bool: fieldOf(5, THRIFT.bool),
  long: fieldOf(6, THRIFT.i64),
  binary: fieldOf(7, THRIFT.string),
};
/** By the number of a tag's type. */
const VALUES: readonly Value[] = [VALUE.string, VALUE.double, VALUE.bool, VALUE.long, VALUE.binary];

/**
 * Puts the tag that stands there into the sink, if it is what nearly every tag is: a key, the type of texts and a short text,
 * in that order. Returns where it ends, or -1 for every other tag.
 */
export type ShortTag = (bytes: Uint8Array, at: number, sink: AttributeSink) => number;

/** Reads tags of jaeger.thrift, of whatever has some. */
export class ThriftTagReader {
  readonly #reader: ThriftReader;
  readonly #putShort: ShortTag;
  readonly #tag: TagDraft;

  constructor(reader: ThriftReader, putShort: ShortTag, maxBytes: number) {
    this.#reader = reader;
    this.#putShort = putShort;
    this.#tag = new TagDraft(maxBytes);
  }

  /** Reads a tag into the sink, which may take no more. */
  read(sink: AttributeSink): void {
    const reader = this.#reader;
    if (sink.closed) {
      reader.skip(THRIFT.struct);
      return;
    }
    const end = this.#putShort(reader.bytes, reader.at, sink);
    if (end >= 0) {
      reader.at = end;
      return;
    }
    const tag = this.#tag;
    tag.clear();
    reader.openStruct();
    while (reader.nextField()) this.#field(fieldOf(reader.field, reader.type));
    tag.put(sink);
  }

  #field(field: number): void {
    const reader = this.#reader;
    const tag = this.#tag;
    switch (field) {
      case TAG.key:
        reader.string();
        tag.key.hold(reader);
        return;
      case TAG.type:
        tag.value = VALUES[reader.i32()];
        return;
      case TAG.string:
        reader.string();
        tag.string.hold(reader);
        tag.last = VALUE.string;
        return;
      case TAG.double:
        tag.double = reader.double();
        tag.last = VALUE.double;
        return;
      case TAG.bool:
        tag.bool = reader.bool();
        tag.last = VALUE.bool;
        return;
      case TAG.long:
        reader.i64();
        tag.low = reader.low;
        tag.high = reader.high;
        tag.last = VALUE.long;
        return;
      case TAG.binary:
        reader.binary();
        tag.binary.hold(reader);
        tag.last = VALUE.binary;
        return;
      default:
        reader.skip(reader.type);
    }
  }
}
