import { ByteBuffer } from '../byte-buffer.ts';
import type { ThriftWriter } from './thrift-writer.ts';

const TYPE = { stop: 0, true: 1, false: 2, i16: 4, i32: 5, i64: 6, string: 8, list: 9, struct: 12 } as const;
/** Steps from field to field, and sizes, that fit beside a type. */
const MAX_STEP = 15;
const MAX_SIZE = 14;
const PROTOCOL = 0x82;
const VERSION = 1;
const ONEWAY = 4;

/** Thrift's compact protocol. */
export class ThriftCompact implements ThriftWriter {
  readonly #bytes = new ByteBuffer();
  /** Of the struct that is open. */
  #lastField = 0;

  clear(): void {
    this.#bytes.clear();
  }

  view(): Buffer {
    return this.#bytes.view();
  }

  /** The head of a call that wants no answer; its arguments are the struct behind it. */
  message(name: string): void {
    this.#bytes.byte(PROTOCOL);
    this.#bytes.byte((ONEWAY << 5) | VERSION);
    this.#bytes.varint(0n);
    this.#text(name);
  }

  root(writeFields: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    writeFields();
    this.#bytes.byte(TYPE.stop);
    this.#lastField = outer;
  }

  element(writeFields: () => void): void {
    this.root(writeFields);
  }

  elements(written: Uint8Array): void {
    this.#bytes.bytes(written);
  }

  bool(field: number, value: boolean): void {
    this.#field(value ? TYPE.true : TYPE.false, field);
  }

  i16(field: number, value: number): void {
    this.#field(TYPE.i16, field);
    this.#bytes.varint(zigzag(BigInt(value)));
  }

  i32(field: number, value: number): void {
    this.#field(TYPE.i32, field);
    this.#bytes.varint(zigzag(BigInt(value)));
  }

  i64(field: number, value: bigint): void {
    this.#field(TYPE.i64, field);
    this.#bytes.varint(zigzag(value));
  }

  string(field: number, value: string): void {
    this.#field(TYPE.string, field);
    this.#text(value);
  }

  struct(field: number, writeFields: () => void): void {
    this.#field(TYPE.struct, field);
    this.root(writeFields);
  }

  list(field: number, size: number, writeElements: () => void): void {
    this.#field(TYPE.list, field);
    this.#bytes.byte((Math.min(size, MAX_SIZE + 1) << 4) | TYPE.struct);
    if (size > MAX_SIZE) this.#bytes.varint(BigInt(size));
    writeElements();
  }

  #field(type: number, field: number): void {
    const step = field - this.#lastField;
    this.#lastField = field;
    if (step <= MAX_STEP) this.#bytes.byte((step << 4) | type);
    else {
      this.#bytes.byte(type);
      this.#bytes.varint(zigzag(BigInt(field)));
    }
  }

  #text(value: string): void {
    this.#bytes.varint(BigInt(value.length));
    this.#bytes.text(value);
  }
}

/** Small numbers of either sign become small ones without a sign. */
function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}
