import type { Fault } from '../../errors/fault.ts';
import { Bytes } from '../bytes.ts';
import { FieldNames } from '../field-names.ts';
import { JsonReader } from '../json-reader.ts';
import { THRIFT, type ThriftReader } from './thrift-reader.ts';

/** How the protocol calls types; a name's number is the place of its type among `TYPES`. */
const TYPE_NAMES = new FieldNames([
  ['tf'],
  ['i8'],
  ['i16'],
  ['i32'],
  ['i64'],
  ['dbl'],
  ['str'],
  ['rec'],
  ['map'],
  ['set'],
  ['lst'],
]);
const TYPES: readonly (number | undefined)[] = [
  undefined,
  THRIFT.bool,
  THRIFT.byte,
  THRIFT.i16,
  THRIFT.i32,
  THRIFT.i64,
  THRIFT.double,
  THRIFT.string,
  THRIFT.struct,
  THRIFT.map,
  THRIFT.set,
  THRIFT.list,
];
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const INTEGER = /^-?\d+$/;
const LONGEST_INTEGER = 24;
const DOUBLE = /^-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)$|^NaN$/;
const MASK_32 = 0xffff_ffffn;
/** Stands for what is no number of a field, which is passed over. */
const UNKNOWN = -1;
/** Numbers of fields have 16 bits; a larger one must not be taken for what its lower bits say. */
const MAX_FIELD = 0x7fff;
const VERSION = '1';
/** A decoder goes into a few structs and lists; what it does not ask for is passed over without going in. */
const MAX_DEPTH = 64;

/** What is open: a struct before its first field, a struct with a field whose value was found, a list. */
const LEVEL = { struct: 1, field: 2, list: 3 } as const;

/**
 * Thrift's JSON protocol: `{"1":{"str":"a"},"2":{"lst":["i64",2,-5,9007199254740993]}}`. Structs are objects by the numbers
 * of their fields, values objects by the names of their types.
 */
export class ThriftJsonReader implements ThriftReader {
  readonly bytes: Uint8Array;
  field = 0;
  type: number = THRIFT.stop;
  elementType: number = THRIFT.stop;
  low = 0;
  high = 0;
  source: Uint8Array;
  from = 0;
  to = 0;
  readonly #json: JsonReader;
  readonly #levels = new Uint8Array(MAX_DEPTH);
  #depth = 0;
  #isSkipping = false;
  readonly #decoded = new Bytes(64);

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.source = bytes;
    this.#json = new JsonReader(bytes, 'Thrift (JSON)');
  }

  get at(): number {
    return this.#json.at;
  }

  set at(at: number) {
    this.#json.at = at;
  }

  openStruct(): void {
    this.#begin();
    this.#expect(OPEN_OBJECT, 'a struct');
    this.#enter(LEVEL.struct);
  }

  nextField(): boolean {
    const json = this.#json;
    const top = this.#depth - 1;
    const isFirst = this.#levels[top] === LEVEL.struct;
    if (!isFirst) this.#expect(CLOSE_OBJECT, 'the end of a field');
    if (!json.nextField(isFirst)) {
      this.#depth = top;
      return false;
    }
    this.field = this.#fieldNumber();
    this.#expect(OPEN_OBJECT, 'the value of a field');
    this.type = this.#typeName();
    this.#expect(COLON, 'the value of a field');
    this.#levels[top] = LEVEL.field;
    return true;
  }

  openList(): number {
    this.#begin();
    const begin = this.#json.at;
    this.#expect(OPEN_ARRAY, 'a list');
    this.elementType = this.#typeName();
    this.#enter(LEVEL.list);
    const count = this.#integer(32);
    const left = this.bytes.length - this.#json.at;
    if (count < 0n || count > left) throw this.fault(`${count} elements where ${left} bytes are left`, begin);
    return Number(count);
  }

  closeList(): void {
    this.#expect(CLOSE_ARRAY, 'the end of a list');
    this.#depth--;
  }

  bool(): boolean {
    return this.#integer(8) !== 0n;
  }

  byte(): number {
    return Number(this.#integer(8));
  }

  i16(): number {
    return Number(this.#integer(16));
  }

  i32(): number {
    return Number(this.#integer(32));
  }

  i64(): void {
    const value = this.#integer(64);
    this.low = Number(value & MASK_32);
    this.high = Number((value >> 32n) & MASK_32);
  }

  double(): number {
    this.#begin();
    const begin = this.at;
    const text = this.#json.numeral('a value');
    if (!DOUBLE.test(text)) throw this.fault('expected a number', begin);
    return Number(text);
  }

  string(): void {
    const json = this.#json;
    this.#begin();
    json.string('a value');
    this.source = json.source;
    this.from = json.from;
    this.to = json.to;
  }

  binary(): void {
    this.string();
    const { source, from, to } = this;
    const text = Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('latin1');
    const decoded = this.#decoded;
    decoded.length = 0;
    decoded.reserve(text.length);
    this.source = decoded.data;
    this.from = 0;
    this.to = decoded.data.write(text, 'base64');
  }

  skip(_type: number, budgetBytes = Infinity): boolean {
    if (!this.#isSkipping) this.#begin();
    this.#isSkipping = !this.#json.skip(budgetBytes);
    return !this.#isSkipping;
  }

  openMessage(): number {
    const json = this.#json;
    this.#expect(OPEN_ARRAY, 'a message');
    const begin = json.at;
    const version = json.numeral('the version');
    if (version !== VERSION) throw this.fault('a message of a version that does not exist', begin);
    this.#enter(LEVEL.list);
    this.string();
    const { source, from, to } = this;
    const kind = this.byte();
    this.i32();
    this.source = source;
    this.from = from;
    this.to = to;
    return kind;
  }

  fault(what: string, offset: number): Fault {
    return this.#json.fault(what, offset);
  }

  /** Elements have a comma in front, the first too: behind the type and the number of all. */
  #begin(): void {
    if (this.#depth > 0 && this.#levels[this.#depth - 1] === LEVEL.list) this.#expect(COMMA, 'a comma');
  }

  #enter(level: number): void {
    if (this.#depth === MAX_DEPTH) throw this.fault('values nested too deep', this.at);
    this.#levels[this.#depth++] = level;
  }

  #expect(byte: number, what: string): void {
    if (this.#json.peek() !== byte) throw this.#json.fault(`expected ${what}`);
    this.#json.at++;
  }

  #fieldNumber(): number {
    const { source, from, to } = this.#json;
    let number = 0;
    for (let at = from; at < to; at++) {
      if (!isDigit(source[at]!)) return UNKNOWN;
      number = number * 10 + source[at]! - ZERO;
    }
    return number > MAX_FIELD ? UNKNOWN : number;
  }

  #typeName(): number {
    const json = this.#json;
    const begin = json.at;
    json.string('the name of a type');
    const type = TYPES[TYPE_NAMES.find(json.source, json.from, json.to)];
    if (type === undefined) throw this.fault('a type that does not exist', begin);
    return type;
  }

  /** Zeros in front are no JSON, but what Thrift's package for Node.js writes. */
  #integer(bits: number): bigint {
    this.#begin();
    const { bytes } = this;
    this.#json.peek();
    const begin = this.#json.at;
    let at = begin;
    if (bytes[at] === MINUS) at++;
    while (at - begin < LONGEST_INTEGER && isDigit(bytes[at] ?? 0)) at++;
    const text = String.fromCharCode(...bytes.subarray(begin, at));
    const value = INTEGER.test(text) ? BigInt(text) : undefined;
    if (value === undefined || BigInt.asIntN(bits, value) !== value) {
      throw this.fault(`expected a whole number of ${bits} bits`, begin);
    }
    this.#json.at = at;
    return value;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
