import { Bytes } from './bytes.ts';

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH_DELIMITED = 2;
const WIRE_FIXED32 = 5;

const INITIAL_BYTES = 4096;

/**
 * Writes a protobuf message front to back into one buffer that is used again for the next: for spans, of which there are
 * many. Fields of value zero and empty text are left out, which is what absence means.
 */
export class MessageWriter {
  readonly #bytes = new Bytes(INITIAL_BYTES);

  /** The message, and the writer is empty. */
  take(): Buffer {
    const message = Buffer.from(this.#bytes.view());
    this.#bytes.reset();
    return message;
  }

  /** A nested message: whatever `write` writes. It is there even when that is nothing. */
  message(field: number, write: () => void): void {
    const begin = this.#open(field);
    write();
    this.#close(begin);
  }

  /** A nested message that was written before, or bytes; there even when empty. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, WIRE_LENGTH_DELIMITED);
    this.#bytes.lengthPrefixed(value, 0, value.length);
  }

  text(field: number, value: string): void {
    if (value !== '') this.presentText(field, value);
  }

  /** Text that is there even when empty: one of several things that a value may be. */
  presentText(field: number, value: string): void {
    const begin = this.#open(field);
    this.#bytes.utf8(value);
    this.#close(begin);
  }

  /** An id of hex digits as bytes; one that is too short is filled up, since readers count the bytes. */
  id(field: number, hex: string, byteLength: number): void {
    this.bytes(field, Buffer.from(hex.padStart(byteLength * 2, '0').slice(-byteLength * 2), 'hex'));
  }

  /** Unsigned, below 2^53. */
  varint(field: number, value: number): void {
    if (value === 0) return;
    this.#tag(field, WIRE_VARINT);
    this.#bytes.varint(value);
  }

  /** There even when zero. */
  presentBool(field: number, value: boolean): void {
    this.#tag(field, WIRE_VARINT);
    this.#bytes.byte(value ? 1 : 0);
  }

  /** Signed; there even when zero. */
  presentInt64(field: number, value: bigint): void {
    this.#tag(field, WIRE_VARINT);
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.#bytes.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.byte(Number(rest));
  }

  int64(field: number, value: bigint): void {
    if (value !== 0n) this.presentInt64(field, value);
  }

  fixed64(field: number, value: bigint): void {
    if (value === 0n) return;
    this.#tag(field, WIRE_FIXED64);
    this.#bytes.reserve(8);
    this.#bytes.length = this.#bytes.data.writeBigUInt64LE(BigInt.asUintN(64, value), this.#bytes.length);
  }

  fixed32(field: number, value: number): void {
    if (value === 0) return;
    this.#tag(field, WIRE_FIXED32);
    this.#bytes.reserve(4);
    this.#bytes.length = this.#bytes.data.writeUInt32LE(value, this.#bytes.length);
  }

  /** There even when zero. */
  presentDouble(field: number, value: number): void {
    this.#tag(field, WIRE_FIXED64);
    this.#bytes.reserve(8);
    this.#bytes.length = this.#bytes.data.writeDoubleLE(value, this.#bytes.length);
  }

  #tag(field: number, wireType: number): void {
    this.#bytes.varint(field * 8 + wireType);
  }

  /** Leaves one byte for the length: most messages are that short. */
  #open(field: number): number {
    this.#tag(field, WIRE_LENGTH_DELIMITED);
    this.#bytes.byte(0);
    return this.#bytes.length;
  }

  #close(begin: number): void {
    const bytes = this.#bytes;
    const { length } = bytes;
    const size = length - begin;
    if (size < 0x80) {
      bytes.data[begin - 1] = size;
      return;
    }
    const more = lengthBytes(size) - 1;
    bytes.reserve(more);
    bytes.data.copyWithin(begin + more, begin, length);
    bytes.length = begin - 1;
    bytes.varint(size);
    bytes.length = length + more;
  }
}

function lengthBytes(size: number): number {
  let count = 1;
  for (let rest = size; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}
