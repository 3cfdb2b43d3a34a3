import type { Bytes } from './bytes.ts';

const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGITS[digit.charCodeAt(0)] = DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Writes so many bytes at `at` from twice as many hex digits, in either case; false if the range holds anything else. */
export function readHex(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
  bytes: number,
): boolean {
  if (to - from !== 2 * bytes) return false;
  let wrong = 0;
  for (let index = 0; index < bytes; index++) {
    const high = DIGITS[source[from + 2 * index]!]!;
    const low = DIGITS[source[from + 2 * index + 1]!]!;
    wrong |= high | low;
    target[at + index] = (high << 4) | low;
  }
  return wrong <= 0x0f;
}

/** Appends an id of so many bytes, which may leave out zeros at its beginning; false, and nothing appended, for what is none. */
export function appendHexId(
  target: Bytes,
  source: Uint8Array,
  from: number,
  to: number,
  bytes: number,
): boolean {
  if (to === from || to - from > 2 * bytes) return false;
  target.reserve(bytes);
  const { data, length } = target;
  let wrong = 0;
  let at = to - 2 * bytes;
  for (let index = length; index < length + bytes; index++) {
    const high = at >= from ? DIGITS[source[at]!]! : 0;
    const low = at + 1 >= from ? DIGITS[source[at + 1]!]! : 0;
    wrong |= high | low;
    data[index] = (high << 4) | low;
    at += 2;
  }
  if (wrong > 0x0f) return false;
  target.length = length + bytes;
  return true;
}
