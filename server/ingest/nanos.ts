const TWO_16 = 0x1_0000;
const TWO_31 = 0x8000_0000;
const TWO_32 = 0x1_0000_0000;
const GIGA = 1_000_000_000;
/** More seconds are more than 64 bits of nanoseconds. */
const MAX_SECONDS = 18_446_744_073;
const MASK_32 = 0xffff_ffffn;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** A time or a duration in nanoseconds, as two halves; what 64 bits cannot hold is the last that they can. */
export class Nanos {
  low = 0;
  high = 0;
  /** What was said lies before 0; the halves are then 0. */
  isNegative = false;

  clear(): void {
    this.low = this.high = 0;
    this.isNegative = false;
  }

  get isZero(): boolean {
    return this.low === 0 && this.high === 0;
  }

  isBefore({ low, high }: Nanos): boolean {
    return this.high < high || (this.high === high && this.low < low);
  }

  copy({ low, high, isNegative }: Nanos): void {
    this.low = low;
    this.high = high;
    this.isNegative = isNegative;
  }

  /** `low` and `high`: halves of a signed number of microseconds. */
  setMicros(low: number, high: number): void {
    this.clear();
    if (high >= TWO_31) this.isNegative = true;
    else this.#set(low * 1000, high * 1000);
  }

  /** `low` and `high`: halves of a signed number of seconds; `nanos` may be any signed number of 32 bits. */
  setSeconds(low: number, high: number, nanos: number): void {
    this.clear();
    const carry = Math.floor(nanos / GIGA);
    // Too large a number to be exact is too large altogether.
    const seconds = (high | 0) * TWO_32 + low + carry;
    if (seconds < 0) this.isNegative = true;
    else if (seconds > MAX_SECONDS) this.#set(0, TWO_32);
    else {
      // Two products that are exact; remainders are differences, which are quicker.
      const upperSeconds = Math.floor(seconds / TWO_16);
      const upper = upperSeconds * GIGA;
      const lower = (seconds - upperSeconds * TWO_16) * GIGA + nanos - carry * GIGA;
      const high = Math.floor(upper / TWO_16);
      this.#set((upper - high * TWO_16) * TWO_16 + lower, high);
    }
  }

  setBigint(nanos: bigint): void {
    this.clear();
    this.isNegative = nanos < 0n;
    if (nanos > MAX_UINT64) this.#set(0, TWO_32);
    else if (nanos > 0n) this.#set(Number(nanos & MASK_32), Number(nanos >> 32n));
  }

  /** What lies so much behind `start`; 0 if `length` is negative. */
  setEnd(start: Nanos, length: Nanos): void {
    this.clear();
    if (!length.isNegative) this.#set(start.low + length.low, start.high + length.high);
  }

  /** `low` may be any whole number that is exact. */
  #set(low: number, high: number): void {
    const sum = high + Math.floor(low / TWO_32);
    this.low = sum < TWO_32 ? low >>> 0 : TWO_32 - 1;
    this.high = Math.min(sum, TWO_32 - 1);
  }
}
