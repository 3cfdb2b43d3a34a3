import type { Bytes } from '../../wire/bytes.ts';

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const GROUPS = 8;
/** What stands before an IPv4 address that was made an IPv6 one. */
const MAPPED_ZEROS = 10;

/** Appends an address as people write it; nothing for bytes that are none. */
export function appendAddress(target: Bytes, source: Uint8Array, from: number, to: number): void {
  if (to - from === IPV4_BYTES) appendIpv4(target, source, from);
  else if (to - from === IPV6_BYTES) appendIpv6(target, source, from);
}

function appendIpv4(target: Bytes, source: Uint8Array, from: number): void {
  for (let at = from; at < from + IPV4_BYTES; at++) {
    if (at > from) target.byte(0x2e);
    appendByte(target, source[at]!);
  }
}

function appendByte(target: Bytes, value: number): void {
  if (value >= 100) target.byte(0x30 + ((value / 100) | 0));
  if (value >= 10) target.byte(0x30 + (((value / 10) | 0) % 10));
  target.byte(0x30 + (value % 10));
}

/** As RFC 5952 has it: no leading zeros, and a double colon for the longest run of groups that are zero. */
function appendIpv6(target: Bytes, source: Uint8Array, from: number): void {
  if (isMapped(source, from)) {
    appendIpv4(target, source, from + MAPPED_ZEROS + 2);
    return;
  }
  const groups = Array.from(
    { length: GROUPS },
    (_, index) => (source[from + 2 * index]! << 8) | source[from + 2 * index + 1]!,
  );
  const [begin, length] = longestZeros(groups);
  const text = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':');
  if (length < 2) target.latin1(text(groups));
  else target.latin1(`${text(groups.slice(0, begin))}::${text(groups.slice(begin + length))}`);
}

function isMapped(source: Uint8Array, from: number): boolean {
  for (let at = from; at < from + MAPPED_ZEROS; at++) if (source[at] !== 0) return false;
  return source[from + MAPPED_ZEROS] === 0xff && source[from + MAPPED_ZEROS + 1] === 0xff;
}

/** Where the longest run of zeros begins, and its length; of several the first. */
function longestZeros(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best[1]) best = [index - length + 1, length];
  }
  return best;
}
