import type { Bytes } from './bytes.ts';

const TWO_32 = 0x1_0000_0000;
const MINUS = 45;
const ZERO = 48;
/** Below this a number can be written digit by digit without rounding. */
const MAX_SMALL = 1e9;

/** Appends a signed 64-bit integer given as halves, in decimal. */
export function appendInt64(target: Bytes, low: number, high: number): void {
  if (high === 0 && low < MAX_SMALL) appendSmall(target, low);
  else if (high === 0xffff_ffff && TWO_32 - low < MAX_SMALL) {
    target.byte(MINUS);
    appendSmall(target, TWO_32 - low);
  } else target.latin1(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString());
}

function appendSmall(target: Bytes, value: number): void {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  target.reserve(digits);
  const { data, length } = target;
  let rest = value | 0;
  for (let at = length + digits - 1; at >= length; at--) {
    const tenth = (rest / 10) | 0;
    data[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  target.length = length + digits;
}
