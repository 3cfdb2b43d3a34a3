import { PackedReader, type Packing } from './packed-reader.ts';
import { THRIFT } from './thrift-reader.ts';

const PACKING: Packing = {
  name: 'binary',
  least: {
    [THRIFT.bool]: 1,
    [THRIFT.byte]: 1,
    [THRIFT.double]: 8,
    [THRIFT.i16]: 2,
    [THRIFT.i32]: 4,
    [THRIFT.i64]: 8,
    [THRIFT.string]: 4,
    [THRIFT.struct]: 1,
    [THRIFT.map]: 6,
    [THRIFT.set]: 5,
    [THRIFT.list]: 5,
  },
  fixed: {
    [THRIFT.bool]: 1,
    [THRIFT.byte]: 1,
    [THRIFT.double]: 8,
    [THRIFT.i16]: 2,
    [THRIFT.i32]: 4,
    [THRIFT.i64]: 8,
  },
};
/** By every number that may stand where a type does; 0 for values that have no size of their own. */
const FIXED_SIZES = Uint8Array.from({ length: 256 }, (_, type) => PACKING.fixed[type] ?? 0);
/** A type and a number; behind it the length of a string. */
const FIELD_HEADER = 3;
const LONGEST_HEADER = FIELD_HEADER + 4;
/** What a message begins with that tells its version, instead of with the length of its name. */
const VERSION_1 = 0x8001;

/** Thrift's binary protocol: every number in full, the highest byte first. */
export class BinaryReader extends PackedReader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    super(bytes, PACKING);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  openStruct(): void {
    // A struct has no beginning of its own.
  }

  nextField(): boolean {
    const { bytes, at } = this;
    this.need(1, at);
    const type = bytes[at]!;
    this.type = type;
    if (type === THRIFT.stop) {
      this.at = at + 1;
      return false;
    }
    this.need(3, at);
    this.field = ((bytes[at + 1]! << 24) >> 16) | bytes[at + 2]!;
    this.at = at + 3;
    return true;
  }

  openList(): number {
    const begin = this.at;
    this.elementType = this.byte();
    return this.#count(begin, this.elementType);
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  i16(): number {
    const { at } = this;
    this.need(2, at);
    this.at = at + 2;
    return this.#view.getInt16(at);
  }

  i32(): number {
    const { bytes, at } = this;
    this.need(4, at);
    this.at = at + 4;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  i64(): void {
    this.need(8, this.at);
    this.high = this.i32() >>> 0;
    this.low = this.i32() >>> 0;
  }

  double(): number {
    const { at } = this;
    this.need(8, at);
    this.at = at + 8;
    return this.#view.getFloat64(at);
  }

  string(): void {
    const begin = this.at;
    this.#text(this.i32(), begin);
  }

  openMessage(): number {
    const begin = this.at;
    const first = this.i32();
    if (first >= 0) {
      // As it was before versions: the name, then the kind.
      this.#text(first, begin);
      const kind = this.byte();
      this.i32();
      return kind;
    }
    if (first >>> 16 !== VERSION_1) {
      throw this.fault(`a message of version ${(first >>> 16) & 0x7fff}, which does not exist`, begin);
    }
    this.string();
    this.i32();
    return first & 0xff;
  }

  protected openMap(): number {
    const begin = this.at;
    this.keyType = this.byte();
    this.elementType = this.byte();
    const pairs = this.#count(begin, this.keyType);
    this.needElements(pairs, this.elementType, begin);
    return pairs;
  }

  protected passPlainFields(most: number): void {
    const { bytes } = this;
    let at = this.at;
    for (let count = 0; count < most && at + LONGEST_HEADER <= bytes.length; count++) {
      const type = bytes[at]!;
      let size = FIXED_SIZES[type]!;
      if (type === THRIFT.string) {
        const length = this.#view.getInt32(at + FIELD_HEADER);
        size = length < 0 ? 0 : 4 + length;
      }
      const next = at + FIELD_HEADER + size;
      if (size === 0 || next > bytes.length) break;
      at = next;
    }
    this.at = at;
  }

  #count(begin: number, type: number): number {
    const count = this.i32();
    if (count < 0) throw this.fault(`${count} elements`, begin);
    this.needElements(count, type, begin);
    return count;
  }

  #text(length: number, begin: number): void {
    if (length < 0) throw this.fault(`a string of ${length} bytes`, begin);
    this.need(length, begin);
    this.from = this.at;
    this.to = this.at += length;
  }
}
