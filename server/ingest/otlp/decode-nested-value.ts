import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import { FIXED64, LENGTH, type ProtobufReader, VARINT } from '../../wire/protobuf-reader.ts';

/** Fields of AnyValue, as their tags. */
export const STRING_VALUE = (1 << 3) | LENGTH;
export const BOOL_VALUE = (2 << 3) | VARINT;
export const INT_VALUE = (3 << 3) | VARINT;
export const DOUBLE_VALUE = (4 << 3) | FIXED64;
export const ARRAY_VALUE = (5 << 3) | LENGTH;
export const KVLIST_VALUE = (6 << 3) | LENGTH;
export const BYTES_VALUE = (7 << 3) | LENGTH;
const FIRST = (1 << 3) | LENGTH;
const SECOND = (2 << 3) | LENGTH;

const doubleBits = new DataView(new ArrayBuffer(8));

/** The double whose bits are given as halves. */
export function doubleOf(low: number, high: number): number {
  doubleBits.setUint32(0, low, true);
  doubleBits.setUint32(4, high, true);
  return doubleBits.getFloat64(0, true);
}

/** Reads what stands inside arrays and maps. These are rare, so they become objects; deeper than allowed they are skipped. */
export class NestedReader {
  tooDeep = false;
  readonly #reader: ProtobufReader;
  #left: number;

  /** `maxNesting`: how many arrays and maps may stand within each other, the outermost included. */
  constructor(reader: ProtobufReader, maxNesting: number) {
    this.#reader = reader;
    this.#left = maxNesting;
  }

  array(): AttributeValue[] {
    return this.#items((field) => (field === FIRST ? this.#value() : undefined));
  }

  map(): Attribute[] {
    return this.#items((field) => (field === FIRST ? this.#entry() : undefined));
  }

  #items<Item>(read: (field: number) => Item | undefined): Item[] {
    const reader = this.#reader;
    const items: Item[] = [];
    if (this.#left === 0) {
      this.tooDeep = true;
      reader.range();
      return items;
    }
    this.#left--;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const item = read(field);
      if (item === undefined) reader.skip(field);
      else items.push(item);
    }
    reader.leave(outer);
    this.#left++;
    return items;
  }

  #entry(): Attribute {
    const reader = this.#reader;
    let key = '';
    let value: AttributeValue = { type: 'empty' };
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === FIRST) key = this.#text();
      else if (field === SECOND) value = this.#value();
      else reader.skip(field);
    }
    reader.leave(outer);
    return { key, value };
  }

  #value(): AttributeValue {
    const reader = this.#reader;
    let value: AttributeValue = { type: 'empty' };
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) value = this.#oneOf(field) ?? value;
    reader.leave(outer);
    return value;
  }

  #oneOf(field: number): AttributeValue | undefined {
    const reader = this.#reader;
    switch (field) {
      case STRING_VALUE:
        return { type: 'string', value: this.#text() };
      case BOOL_VALUE:
        reader.varint64();
        return { type: 'bool', value: (reader.low | reader.high) !== 0 };
      case INT_VALUE:
        reader.varint64();
        return { type: 'int', value: BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low)) };
      case DOUBLE_VALUE:
        reader.fixed64();
        return { type: 'double', value: doubleOf(reader.low, reader.high) };
      case ARRAY_VALUE:
        return { type: 'array', value: this.array() };
      case KVLIST_VALUE:
        return { type: 'map', value: this.map() };
      case BYTES_VALUE:
        reader.range();
        return { type: 'bytes', value: reader.bytes.slice(reader.from, reader.at) };
      default:
        reader.skip(field);
        return undefined;
    }
  }

  #text(): string {
    const reader = this.#reader;
    reader.range();
    return Buffer.from(reader.bytes.subarray(reader.from, reader.at)).toString('utf8');
  }
}
