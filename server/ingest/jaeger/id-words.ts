/*
 * Ids while they are being read: words of 32 bits, the highest first. A trace has four, a span two. They are compared and
 * moved in fewer steps than bytes.
 */
export const TRACE_WORDS = 4;
export const SPAN_WORDS = 2;
const WORD_BYTES = 4;
export const TRACE_BYTES = TRACE_WORDS * WORD_BYTES;
export const SPAN_BYTES = SPAN_WORDS * WORD_BYTES;

/** Puts the number there whose bytes, the highest first, are the range; nothing is left of it in front. */
export function putBytes(
  words: Int32Array,
  at: number,
  count: number,
  source: Uint8Array,
  from: number,
  to: number,
): void {
  const missing = count - (to - from) / WORD_BYTES;
  for (let index = 0; index < missing; index++) words[at + index] = 0;
  let begin = from;
  for (let index = missing; index < count; index++, begin += WORD_BYTES) {
    words[at + index] =
      (source[begin]! << 24) | (source[begin + 1]! << 16) | (source[begin + 2]! << 8) | source[begin + 3]!;
  }
}

/** Writes as many words as bytes that begin there. */
export function writeWords(
  target: Uint8Array,
  begin: number,
  words: Int32Array,
  at: number,
  count: number,
): void {
  let to = begin;
  for (let index = at; index < at + count; index++) {
    const word = words[index]!;
    target[to] = word >>> 24;
    target[to + 1] = word >>> 16;
    target[to + 2] = word >>> 8;
    target[to + 3] = word;
    to += WORD_BYTES;
  }
}

export function isSameTrace(some: Int32Array, at: number, others: Int32Array, othersAt: number): boolean {
  return (
    some[at + 3] === others[othersAt + 3] &&
    some[at + 2] === others[othersAt + 2] &&
    some[at + 1] === others[othersAt + 1] &&
    some[at] === others[othersAt]
  );
}

export function isSameSpan(some: Int32Array, at: number, others: Int32Array, othersAt: number): boolean {
  return some[at + 1] === others[othersAt + 1] && some[at] === others[othersAt];
}

export function isNoSpan(words: Int32Array, at: number): boolean {
  return words[at] === 0 && words[at + 1] === 0;
}
