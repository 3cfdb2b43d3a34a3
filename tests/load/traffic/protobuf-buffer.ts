const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/**
 * Protobuf written into one growing buffer: the benchmark's sender must not cost what it measures. Numbers of fields are
 * below 16, so that a tag is one byte, and text is ASCII.
 */
export class ProtobufBuffer {
  #bytes = Buffer.allocUnsafe(1 << 12);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  varint(field: number, value: number): void {
    this.#room(12);
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  fixed64(field: number, value: bigint): void {
    this.#room(9);
    this.#tag(field, FIXED64);
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length);
  }

  text(field: number, value: string): void {
    this.#room(value.length + 6);
    this.#tag(field, BYTES);
    this.#varint(value.length);
    this.#length += this.#bytes.write(value, this.#length, 'latin1');
  }

  bytes(field: number, value: Uint8Array): void {
    this.#room(value.length + 6);
    this.#tag(field, BYTES);
    this.#varint(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  message(field: number, content: ProtobufBuffer): void {
    this.bytes(field, content.view());
  }

  /** Fields that were written elsewhere. */
  append(fields: Uint8Array): void {
    this.#room(fields.length);
    this.#bytes.set(fields, this.#length);
    this.#length += fields.length;
  }

  #tag(field: number, wireType: number): void {
    this.#bytes[this.#length++] = field * 8 + wireType;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
