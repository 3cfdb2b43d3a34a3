import { MAX_DEPTH, PackedReader, type Packing } from './packed-reader.ts';
import { THRIFT } from './thrift-reader.ts';

const PACKING: Packing = {
  name: 'compact',
  least: {
    [THRIFT.bool]: 1,
    [THRIFT.byte]: 1,
    [THRIFT.double]: 8,
    [THRIFT.i16]: 1,
    [THRIFT.i32]: 1,
    [THRIFT.i64]: 1,
    [THRIFT.string]: 1,
    [THRIFT.struct]: 1,
    [THRIFT.map]: 1,
    [THRIFT.set]: 1,
    [THRIFT.list]: 1,
  },
  fixed: { [THRIFT.byte]: 1, [THRIFT.double]: 8 },
};
/** Types by the numbers of this protocol: a field's says of a boolean whether it is true. */
const TYPES: readonly number[] = [
  THRIFT.stop,
  THRIFT.bool,
  THRIFT.bool,
  THRIFT.byte,
  THRIFT.i16,
  THRIFT.i32,
  THRIFT.i64,
  THRIFT.double,
  THRIFT.string,
  THRIFT.list,
  THRIFT.set,
  THRIFT.map,
  THRIFT.struct,
];
const TRUE = 1;
/** What every message begins with. */
export const PROTOCOL_ID = 0x82;
const VERSION = 1;
/** A list of this many elements or more has its number behind it. */
const LONG = 15;
/** A decoder goes into a few structs before it passes over what it finds in them. */
const MAX_STRUCTS = 2 * MAX_DEPTH;
/** Of 64 bits. */
const MOST_VARINT_BYTES = 10;
const TWO_32 = 0x1_0000_0000;

/** Thrift's compact protocol: integers in zigzag varints, numbers of fields as steps from the one before. */
export class CompactReader extends PackedReader {
  readonly #view: DataView;
  /** Fields found last in the structs that the open one is in, and in itself. */
  readonly #outerFields = new Int16Array(MAX_STRUCTS);
  #structs = 0;
  #last = 0;
  /** The value of a boolean field came with its type. */
  #hasBool = false;
  #bool = false;

  constructor(bytes: Uint8Array) {
    super(bytes, PACKING);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  openStruct(): void {
    if (this.#structs === MAX_STRUCTS) throw this.fault('values nested too deep', this.at);
    this.#outerFields[this.#structs++] = this.#last;
    this.#last = 0;
  }

  nextField(): boolean {
    const begin = this.at;
    const first = this.#byte();
    if (first === 0) {
      this.#last = this.#outerFields[--this.#structs]!;
      return false;
    }
    const step = first >>> 4;
    const kind = first & 0x0f;
    this.type = this.#type(kind, begin);
    if (this.type === THRIFT.stop) throw this.noType(kind, begin);
    this.#last = step === 0 ? this.i16() : ((this.#last + step) << 16) >> 16;
    this.field = this.#last;
    this.#hasBool = this.type === THRIFT.bool;
    this.#bool = kind === TRUE;
    return true;
  }

  openList(): number {
    const begin = this.at;
    const first = this.#byte();
    this.elementType = this.#type(first & 0x0f, begin);
    const short = first >>> 4;
    const count = short === LONG ? this.#length() : short;
    this.needElements(count, this.elementType, begin);
    return count;
  }

  bool(): boolean {
    if (!this.#hasBool) return this.#byte() === TRUE;
    this.#hasBool = false;
    return this.#bool;
  }

  i16(): number {
    return (this.i32() << 16) >> 16;
  }

  i32(): number {
    const { bytes, at } = this;
    let raw = 0;
    if (at < bytes.length && bytes[at]! < 0x80) {
      raw = bytes[at]!;
      this.at = at + 1;
    } else {
      this.#varint();
      raw = this.low;
    }
    return (raw >>> 1) ^ -(raw & 1);
  }

  i64(): void {
    this.#varint();
    const { low, high } = this;
    const sign = -(low & 1);
    this.low = (((low >>> 1) | (high << 31)) ^ sign) >>> 0;
    this.high = ((high >>> 1) ^ sign) >>> 0;
  }

  double(): number {
    const { at } = this;
    this.need(8, at);
    this.at = at + 8;
    return this.#view.getFloat64(at, true);
  }

  string(): void {
    const begin = this.at;
    const length = this.#length();
    this.need(length, begin);
    this.from = this.at;
    this.to = this.at += length;
  }

  openMessage(): number {
    const begin = this.at;
    if (this.#byte() !== PROTOCOL_ID) throw this.fault('no message', begin);
    const second = this.#byte();
    const version = second & 0x1f;
    if (version !== VERSION) throw this.fault(`a message of version ${version}, which does not exist`, begin);
    this.#varint();
    this.string();
    return second >>> 5;
  }

  protected openMap(): number {
    const begin = this.at;
    const pairs = this.#length();
    if (pairs === 0) return 0;
    const types = this.#byte();
    this.keyType = this.#type(types >>> 4, begin);
    this.elementType = this.#type(types & 0x0f, begin);
    this.needElements(pairs, this.keyType, begin);
    this.needElements(pairs, this.elementType, begin);
    return pairs;
  }

  protected passPlainFields(most: number): void {
    const { bytes } = this;
    let at = this.at;
    for (let count = 0; count < most && at + 1 < bytes.length; count++) {
      const first = bytes[at]!;
      // The end of the struct, or a number in full.
      if (first < 0x10) break;
      const type = TYPES[first & 0x0f];
      let next = at + 1;
      if (type === THRIFT.string) {
        if (bytes[next]! >= 0x80) break;
        next += 1 + bytes[next]!;
      } else if (type === THRIFT.i64 || type === THRIFT.i32 || type === THRIFT.i16) {
        const last = next + MOST_VARINT_BYTES - 1;
        while (next < last && bytes[next]! >= 0x80) next++;
        if (bytes[next]! >= 0x80) break;
        next++;
      } else break;
      if (next > bytes.length) break;
      at = next;
    }
    this.at = at;
  }

  #byte(): number {
    const { at } = this;
    this.need(1, at);
    this.at = at + 1;
    return this.bytes[at]!;
  }

  #type(kind: number, begin: number): number {
    const type = TYPES[kind];
    if (type === undefined) throw this.noType(kind, begin);
    return type;
  }

  #length(): number {
    const { bytes, at } = this;
    if (at < bytes.length && bytes[at]! < 0x80) {
      this.at = at + 1;
      return bytes[at]!;
    }
    this.#varint();
    return this.high * TWO_32 + this.low;
  }

  /** Into halves, as it stands. */
  #varint(): void {
    const { bytes } = this;
    const begin = this.at;
    let at = begin;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 7 * MOST_VARINT_BYTES; shift += 7) {
      if (at >= bytes.length) throw this.fault('a number that is cut off', begin);
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.at = at;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.fault('a number of more than ten bytes', begin);
  }
}
