/** Chance that can be had again, a word of 32 bits at a time: one draw costs a few nanoseconds (the SFC32 generator). */
export class RandomWords {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = ~seed;
    this.#c = 0x9e37_79b9;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** From 0 to 2³² − 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 up to, not including, `bound`. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  /** Sixteen lower-case hex digits. */
  hex16(): string {
    return this.next().toString(16).padStart(8, '0') + this.next().toString(16).padStart(8, '0');
  }
}
