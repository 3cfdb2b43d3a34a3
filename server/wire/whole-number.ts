const MINUS = 0x2d;
const ZERO = 0x30;
const TWO_16 = 0x1_0000;
const TWO_32 = 0x1_0000_0000;
/** The digits of the largest number of 64 bits. */
const MOST_DIGITS = 20;
const BILLION = 1e9;
const BILLION_DIGITS = 9;

/** A whole number that was read from decimal digits, as the halves of its 64 bits: no digit is rounded, no BigInt made. */
export class WholeNumber {
  low = 0;
  high = 0;
  /** Whether it is below zero: the halves are its two's complement then, and otherwise a number without a sign. */
  negative = false;

  /** Reads digits, with a minus perhaps, as though so many zeros followed; false for anything else, and past 64 bits. */
  read(source: Uint8Array, from: number, to: number, zeros = 0): boolean {
    this.negative = source[from] === MINUS;
    let first = this.negative ? from + 1 : from;
    if (first >= to) return false;
    while (first < to - 1 && source[first] === ZERO) first++;
    const count = to - first + zeros;
    if (count > MOST_DIGITS) return false;
    let top = 0;
    let rest = 0;
    for (let index = 0; index < count; index++) {
      const digit = first + index < to ? source[first + index]! - ZERO : 0;
      if (digit < 0 || digit > 9) return false;
      if (index < count - BILLION_DIGITS) top = top * 10 + digit;
      else rest = rest * 10 + digit;
    }
    return this.#set(top, rest) && this.#sign();
  }

  /** To `top` billions and the rest, exactly: each product fits a double. */
  #set(top: number, rest: number): boolean {
    const upper = Math.floor(top / TWO_16) * BILLION;
    const lower = (upper % TWO_16) * TWO_16 + (top % TWO_16) * BILLION + rest;
    this.low = lower % TWO_32;
    this.high = Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32);
    return this.high < TWO_32;
  }

  #sign(): boolean {
    if (!this.negative) return true;
    const { low, high } = this;
    if (high > TWO_32 / 2 || (high === TWO_32 / 2 && low > 0)) return false;
    this.low = low === 0 ? 0 : TWO_32 - low;
    this.high = (TWO_32 - high - (low === 0 ? 0 : 1)) % TWO_32;
    if (low === 0 && high === 0) this.negative = false;
    return true;
  }
}
