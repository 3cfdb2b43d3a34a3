/** A buffer that grew past this in one unusual block is given back after it. */
const KEEP_WORDS = 1 << 20;

/** Words of a column that is reused from block to block; `width` words make one value. */
class WordColumn<Words extends Uint8Array | Uint16Array | Uint32Array> {
  words: Words;
  length = 0;
  readonly #create: (size: number) => Words;

  constructor(create: (size: number) => Words) {
    this.#create = create;
    this.words = create(1024);
  }

  protected grow(extra: number): void {
    if (this.length + extra <= this.words.length) return;
    const grown = this.#create(Math.max(this.words.length * 2, this.length + extra));
    grown.set(this.words.subarray(0, this.length));
    this.words = grown;
  }

  get byteLength(): number {
    return this.length * this.words.BYTES_PER_ELEMENT;
  }

  view(): Uint8Array {
    return new Uint8Array(this.words.buffer, this.words.byteOffset, this.byteLength);
  }

  /** Empties it and, after an unusually large block, gives the memory back. */
  reset(): void {
    this.length = 0;
    if (this.words.length > KEEP_WORDS) this.words = this.#create(1024);
  }
}

export class Uint8Column extends WordColumn<Uint8Array> {
  constructor() {
    super((size) => new Uint8Array(size));
  }

  push(value: number): void {
    if (this.length === this.words.length) this.grow(1);
    this.words[this.length++] = value;
  }
}

export class Uint16Column extends WordColumn<Uint16Array> {
  constructor() {
    super((size) => new Uint16Array(size));
  }

  push(value: number): void {
    if (this.length === this.words.length) this.grow(1);
    this.words[this.length++] = value;
  }
}

export class Uint32Column extends WordColumn<Uint32Array> {
  constructor() {
    super((size) => new Uint32Array(size));
  }

  push(value: number): void {
    if (this.length === this.words.length) this.grow(1);
    this.words[this.length++] = value;
  }
}

/** 64-bit values as pairs of 32-bit halves: no bigint is made on the hot path. */
export class Uint64Column extends WordColumn<Uint32Array> {
  constructor() {
    super((size) => new Uint32Array(size));
  }

  push(low: number, high: number): void {
    if (this.length + 2 > this.words.length) this.grow(2);
    this.words[this.length++] = low;
    this.words[this.length++] = high;
  }
}
