/** Below this many bytes a plain loop beats the call into the runtime's copy. */
const LOOP_COPY_BYTES = 40;

/** A buffer that grew past this in one unusual block is given back after it. */
const KEEP_BYTES = 8 << 20;

/** A byte buffer that grows by doubling and is reused from block to block. Everything hot writes into one of these. */
export class Bytes {
  data: Buffer;
  length = 0;

  constructor(initialBytes = 1024) {
    this.data = Buffer.allocUnsafeSlow(initialBytes);
  }

  get byteLength(): number {
    return this.length;
  }

  /** Makes room for `extra` more bytes; afterwards `data` may be written up to `length + extra`. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.data.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.data.length * 2));
    this.data.copy(grown, 0, 0, this.length);
    this.data = grown;
  }

  byte(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }

  /** Unsigned, below 2^53. */
  varint(value: number): void {
    this.reserve(8);
    const data = this.data;
    let rest = value;
    let at = this.length;
    while (rest >= 0x80) {
      data[at++] = (rest & 0x7f) | 0x80;
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 128);
    }
    data[at++] = rest;
    this.length = at;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.reserve(count);
    const data = this.data;
    let at = this.length;
    if (count <= LOOP_COPY_BYTES) {
      for (let index = from; index < to; index++) data[at++] = source[index]!;
    } else {
      data.set(source.subarray(from, to), at);
      at += count;
    }
    this.length = at;
  }

  /** A string as Native and protobuf write it: length, then bytes. */
  lengthPrefixed(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (count < 0x80) this.byte(count);
    else this.varint(count);
    this.copy(source, from, to);
  }

  zeros(count: number): void {
    this.reserve(count);
    this.data.fill(0, this.length, this.length + count);
    this.length += count;
  }

  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.data.write(text, this.length, 'utf8');
  }

  latin1(text: string): void {
    this.reserve(text.length);
    this.length += this.data.write(text, this.length, 'latin1');
  }

  /** One character as UTF-8. */
  codePoint(point: number): void {
    if (point < 0x80) {
      this.byte(point);
      return;
    }
    if (point < 0x800) this.byte(0xc0 | (point >>> 6));
    else {
      if (point < 0x1_0000) this.byte(0xe0 | (point >>> 12));
      else {
        this.byte(0xf0 | (point >>> 18));
        this.byte(0x80 | ((point >>> 12) & 0x3f));
      }
      this.byte(0x80 | ((point >>> 6) & 0x3f));
    }
    this.byte(0x80 | (point & 0x3f));
  }

  /** What was written, without a copy: valid until the next `reset`. */
  view(): Uint8Array {
    return this.data.subarray(0, this.length);
  }

  /** Empties it and, after an unusually large block, gives the memory back. */
  reset(): void {
    this.length = 0;
    if (this.data.length > KEEP_BYTES) this.data = Buffer.allocUnsafeSlow(1024);
  }
}
