import type { ThriftWriter } from './thrift-writer.ts';

/** Thrift's JSON protocol: fields by their numbers, each in an object that names its type. */
export class ThriftJson implements ThriftWriter {
  #text = '';
  /** Nothing stands yet in the struct that is open. */
  #isFirst = true;

  clear(): void {
    this.#text = '';
  }

  view(): Buffer {
    return Buffer.from(this.#text);
  }

  root(writeFields: () => void): void {
    this.#text += '{';
    this.#isFirst = true;
    writeFields();
    this.#text += '}';
    this.#isFirst = false;
  }

  /** Behind the size of its list, or another element. */
  element(writeFields: () => void): void {
    this.#text += ',';
    this.root(writeFields);
  }

  elements(written: Uint8Array): void {
    this.#text += Buffer.from(written).toString('latin1');
  }

  bool(field: number, value: boolean): void {
    this.#field(field, 'tf', value ? '1' : '0');
  }

  i16(field: number, value: number): void {
    this.#field(field, 'i16', String(value));
  }

  i32(field: number, value: number): void {
    this.#field(field, 'i32', String(value));
  }

  i64(field: number, value: bigint): void {
    this.#field(field, 'i64', String(value));
  }

  string(field: number, value: string): void {
    this.#field(field, 'str', JSON.stringify(value));
  }

  struct(field: number, writeFields: () => void): void {
    this.#open(field, 'rec');
    this.root(writeFields);
    this.#text += '}';
  }

  list(field: number, size: number, writeElements: () => void): void {
    this.#open(field, 'lst');
    this.#text += `["rec",${size}`;
    writeElements();
    this.#text += ']}';
    this.#isFirst = false;
  }

  #field(field: number, type: string, value: string): void {
    this.#open(field, type);
    this.#text += `${value}}`;
  }

  #open(field: number, type: string): void {
    this.#text += `${this.#isFirst ? '' : ','}"${field}":{"${type}":`;
    this.#isFirst = false;
  }
}
