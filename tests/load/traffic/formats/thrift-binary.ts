import { ByteBuffer } from '../byte-buffer.ts';
import type { ThriftWriter } from './thrift-writer.ts';

const TYPE = { stop: 0, bool: 2, i16: 6, i32: 8, i64: 10, string: 11, struct: 12, list: 15 } as const;

/** Thrift's binary protocol. */
export class ThriftBinary implements ThriftWriter {
  readonly #bytes = new ByteBuffer();

  clear(): void {
    this.#bytes.clear();
  }

  view(): Buffer {
    return this.#bytes.view();
  }

  root(writeFields: () => void): void {
    writeFields();
    this.#bytes.byte(TYPE.stop);
  }

  element(writeFields: () => void): void {
    this.root(writeFields);
  }

  elements(written: Uint8Array): void {
    this.#bytes.bytes(written);
  }

  bool(field: number, value: boolean): void {
    this.#field(TYPE.bool, field);
    this.#bytes.byte(value ? 1 : 0);
  }

  i16(field: number, value: number): void {
    this.#field(TYPE.i16, field);
    this.#bytes.i16(value);
  }

  i32(field: number, value: number): void {
    this.#field(TYPE.i32, field);
    this.#bytes.i32(value);
  }

  i64(field: number, value: bigint): void {
    this.#field(TYPE.i64, field);
    this.#bytes.i64(value);
  }

  string(field: number, value: string): void {
    this.#field(TYPE.string, field);
    this.#bytes.i32(value.length);
    this.#bytes.text(value);
  }

  struct(field: number, writeFields: () => void): void {
    this.#field(TYPE.struct, field);
    this.root(writeFields);
  }

  list(field: number, size: number, writeElements: () => void): void {
    this.#field(TYPE.list, field);
    this.rootList(size);
    writeElements();
  }

  /** The beginning of a list of structs that is no field: the whole body. */
  rootList(size: number): void {
    this.#bytes.byte(TYPE.struct);
    this.#bytes.i32(size);
  }

  #field(type: number, field: number): void {
    this.#bytes.byte(type);
    this.#bytes.i16(field);
  }
}
