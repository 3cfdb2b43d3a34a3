import { FIXED64, LENGTH, type ProtobufReader, VARINT } from '../../wire/protobuf-reader.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { LETTER } from '../value-text.ts';
import { TagDraft, VALUE, type Value } from './tag-draft.ts';

/** A field's number and wire type, as they stand on the wire. */
export const tagOf = (field: number, wire: number): number => (field << 3) | wire;

const TAG = {
  key: tagOf(1, LENGTH),
  type: tagOf(2, VARINT),
  string: tagOf(3, LENGTH),
  bool: tagOf(4, VARINT),
  long: tagOf(5, VARINT),
  double: tagOf(6, FIXED64),
  binary: tagOf(7, LENGTH),
};
/** By the number of a tag's type. */
const VALUES: readonly Value[] = [VALUE.string, VALUE.bool, VALUE.long, VALUE.double, VALUE.binary];

/** Reads tags of jaeger.api_v2, of whatever has some. */
export class ProtobufTagReader {
  readonly #reader: ProtobufReader;
  readonly #view: DataView;
  readonly #tag: TagDraft;

  constructor(reader: ProtobufReader, maxBytes: number) {
    const { buffer, byteOffset, byteLength } = reader.bytes;
    this.#reader = reader;
    this.#view = new DataView(buffer, byteOffset, byteLength);
    this.#tag = new TagDraft(maxBytes);
  }

  /** Reads a tag into the sink, which may take no more. */
  read(sink: AttributeSink): void {
    const reader = this.#reader;
    if (sink.closed) {
      reader.range();
      return;
    }
    if (this.#putShort(sink)) return;
    const tag = this.#tag;
    tag.clear();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) this.#field(field);
    reader.leave(outer);
    tag.put(sink);
  }

  /**
   * What nearly every tag is: a key, then a text, both shorter than 128 bytes, perhaps the type of texts between them, and
   * nothing else. Whatever looks different is left to the general way.
   */
  #putShort(sink: AttributeSink): boolean {
    const reader = this.#reader;
    const { bytes, at } = reader;
    const end = at + 1 + bytes[at]!;
    const keyAt = at + 3;
    const keyEnd = keyAt + bytes[at + 2]!;
    const hasType = bytes[keyEnd] === TAG.type && bytes[keyEnd + 1] === 0;
    const valueAt = keyEnd + (hasType ? 4 : 2);
    if (bytes[at]! >= 0x80 || bytes[at + 2]! >= 0x80 || valueAt > end || end > reader.end) return false;
    const isShort =
      bytes[at + 1] === TAG.key && bytes[valueAt - 2] === TAG.string && bytes[valueAt - 1] === end - valueAt;
    if (!isShort) return false;
    reader.at = end;
    sink.put(bytes, keyAt, keyEnd, LETTER.string, bytes, valueAt, end);
    return true;
  }

  #field(field: number): void {
    const reader = this.#reader;
    const tag = this.#tag;
    switch (field) {
      case TAG.key:
        reader.range();
        tag.key.set(reader.bytes, reader.from, reader.at);
        return;
      case TAG.type:
        tag.value = VALUES[reader.uint32()];
        return;
      case TAG.string:
        reader.range();
        tag.string.set(reader.bytes, reader.from, reader.at);
        tag.last = VALUE.string;
        return;
      case TAG.bool:
        reader.varint64();
        tag.bool = (reader.low | reader.high) !== 0;
        tag.last = VALUE.bool;
        return;
      case TAG.long:
        reader.varint64();
        tag.low = reader.low;
        tag.high = reader.high;
        tag.last = VALUE.long;
        return;
      case TAG.double:
        reader.fixed64();
        tag.double = this.#view.getFloat64(reader.at - 8, true);
        tag.last = VALUE.double;
        return;
      case TAG.binary:
        reader.range();
        tag.binary.set(reader.bytes, reader.from, reader.at);
        tag.last = VALUE.binary;
        return;
      default:
        reader.skip(field);
    }
  }
}
