import { Dictionary } from '../../wire/dictionary.ts';

/** Bytes of a trace's and a span's id, one behind the other: whom a line belongs to. */
export const OWNER_BYTES = 24;

const FIRST_LINES = 64;

/**
 * The lines of a body that belong to spans, in chains by span, so that a span finds its events wherever they stand. A line
 * takes a few numbers and no object.
 */
export class LineChains {
  /** Where line `order[n]` begins in the body, and its time as halves; line 0 is none. */
  offsets = new Uint32Array(FIRST_LINES);
  lows = new Uint32Array(FIRST_LINES);
  highs = new Uint32Array(FIRST_LINES);
  /** The lines that `take` found. */
  order = new Uint32Array(FIRST_LINES);
  #next = new Uint32Array(FIRST_LINES);
  #lines = 1;
  readonly #owners = new Dictionary();
  /** The first and the last line by number of the owner; 0 where it has none. */
  #first = new Uint32Array(FIRST_LINES);
  #last = new Uint32Array(FIRST_LINES);

  /** Notes a line; its owner's ids are copied. */
  add(ids: Uint8Array, offset: number, low: number, high: number): void {
    const line = this.#lines++;
    if (line === this.offsets.length) this.#growLines();
    this.offsets[line] = offset;
    this.lows[line] = low;
    this.highs[line] = high;
    const owner = this.#owners.intern(ids, 0, OWNER_BYTES);
    if (owner >= this.#first.length) {
      this.#first = grown(this.#first);
      this.#last = grown(this.#last);
    }
    if (this.#first[owner] === 0) this.#first[owner] = line;
    else this.#next[this.#last[owner]!] = line;
    this.#last[owner] = line;
  }

  /** One more than the owners' numbers go. */
  get owners(): number {
    return this.#owners.size;
  }

  /**
   * Puts the lines of the owner into `order`, in the order of their times and then of the body, and tells how many. They are
   * nobody's afterwards. Of more than `most` only so many are told that one is too many.
   */
  take(ids: Uint8Array, most: number): number {
    return this.#lines === 1 ? 0 : this.takeOf(this.#owners.lookup(ids, 0, OWNER_BYTES), most);
  }

  takeOf(owner: number, most: number): number {
    const count = this.#collect(owner, most + 1);
    if (count > 1 && !this.#isSorted(count)) {
      this.order.subarray(0, count).sort((one, other) => this.#compare(one, other));
    }
    return count;
  }

  #collect(owner: number, most: number): number {
    let count = 0;
    let line = owner === 0 ? 0 : this.#first[owner]!;
    for (; line !== 0 && count < most; line = this.#next[line]!) {
      if (count === this.order.length) this.order = grown(this.order);
      this.order[count++] = line;
    }
    if (owner !== 0) this.#first[owner] = 0;
    return count;
  }

  #isSorted(count: number): boolean {
    for (let index = 1; index < count; index++) {
      if (this.#compare(this.order[index - 1]!, this.order[index]!) > 0) return false;
    }
    return true;
  }

  #compare(one: number, other: number): number {
    const { highs, lows } = this;
    return highs[one]! - highs[other]! || lows[one]! - lows[other]!;
  }

  #growLines(): void {
    this.offsets = grown(this.offsets);
    this.lows = grown(this.lows);
    this.highs = grown(this.highs);
    this.#next = grown(this.#next);
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(array.length * 2);
  copy.set(array);
  return copy;
}
