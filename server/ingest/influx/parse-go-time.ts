/** A time as Go's `String` writes it, or as RFC 3339 has it. */
const TIME =
  /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?(?:Z|([+-]\d\d):?(\d\d))(?: [A-Za-z+-][\w+-]*)?$/;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds since 1970; undefined for what is no such time, or before it. */
export function parseGoTime(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, day, time, fraction = '', hours = '+00', minutes = '00'] = match;
  const ms = Date.parse(`${day}T${time}.000${hours}:${minutes}`);
  if (Number.isNaN(ms) || ms < 0) return undefined;
  return BigInt(ms / 1000) * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
}
