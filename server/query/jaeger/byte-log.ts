const BLOCK_BYTES = 1 << 20;
/** What a number takes at most. */
const NUMBER_BYTES = 10;
/** Shorter texts are written faster by us than by a call. */
const SHORT_TEXT = 32;
const MAX_BYTES_OF_UNIT = 3;

/** Entries of bytes, one after the other in blocks; no entry is cut. */
export class ByteWriter {
  readonly #full: Buffer[] = [];
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #end = 0;
  /** Where the entry begins that is being written. */
  #entry = 0;

  /** What was written, a block after the other. */
  blocks(): readonly Buffer[] {
    return [...this.#full, this.#block.subarray(0, this.#entry)];
  }

  endEntry(): void {
    this.#entry = this.#end;
  }

  /** A whole number from 0 on. */
  count(value: number): void {
    this.#room(NUMBER_BYTES);
    const block = this.#block;
    let rest = value;
    while (rest >= 0x80) {
      block[this.#end++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    block[this.#end++] = rest;
  }

  /** One of 64 bits: those above are lost. */
  integer(value: bigint): void {
    this.#room(NUMBER_BYTES);
    this.#end = this.#block.writeBigInt64LE(BigInt.asIntN(64, value), this.#end);
  }

  double(value: number): void {
    this.#room(NUMBER_BYTES);
    this.#end = this.#block.writeDoubleLE(value, this.#end);
  }

  bytes(value: Uint8Array): void {
    this.count(value.length);
    this.#room(value.length);
    this.#block.set(value, this.#end);
    this.#end += value.length;
  }

  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortText(value)) return;
    const bytes = Buffer.byteLength(value);
    this.count(bytes * 2 + 1);
    this.#room(bytes);
    this.#end += this.#block.write(value, this.#end, 'utf8');
  }

  /** Writes it if it is plain ASCII. */
  #shortText(value: string): boolean {
    this.#room(NUMBER_BYTES + SHORT_TEXT * MAX_BYTES_OF_UNIT);
    const { length } = value;
    const block = this.#block;
    const from = this.#end + 1;
    for (let at = 0; at < length; at++) {
      const unit = value.charCodeAt(at);
      if (unit > 0x7f) return false;
      block[from + at] = unit;
    }
    // Below 128: one byte says it.
    block[this.#end] = length * 2;
    this.#end = from + length;
    return true;
  }

  /** An entry that does not fit any more moves to the next block. */
  #room(bytes: number): void {
    if (this.#end + bytes <= this.#block.length) return;
    const begun = this.#block.subarray(this.#entry, this.#end);
    const next = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * (begun.length + bytes)));
    next.set(begun);
    if (this.#entry > 0) this.#full.push(this.#block.subarray(0, this.#entry));
    this.#block = next;
    this.#end = begun.length;
    this.#entry = 0;
  }
}

/** Reads entries in the order in which they were written. */
export class ByteReader {
  readonly #blocks: Iterator<Buffer, void>;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(log: ByteWriter) {
    this.#blocks = log.blocks().values();
  }

  /** Goes on where the last entry ended. */
  nextEntry(): void {
    if (this.#at < this.#block.length) return;
    const next = this.#blocks.next();
    if (next.done === true) throw new RangeError('there is no further entry');
    this.#block = next.value;
    this.#at = 0;
  }

  count(): number {
    const block = this.#block;
    let byte = block[this.#at++]!;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      byte = block[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  integer(): bigint {
    this.#at += 8;
    return this.#block.readBigInt64LE(this.#at - 8);
  }

  double(): number {
    this.#at += 8;
    return this.#block.readDoubleLE(this.#at - 8);
  }

  /** A copy: the log may be let go of. */
  bytes(): Uint8Array {
    const length = this.count();
    this.#at += length;
    return Uint8Array.from(this.#block.subarray(this.#at - length, this.#at));
  }

  text(): string {
    const head = this.count();
    const length = head >> 1;
    const from = this.#at;
    this.#at += length;
    return this.#block.toString((head & 1) === 0 ? 'latin1' : 'utf8', from, this.#at);
  }
}
