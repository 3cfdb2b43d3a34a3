/** Writers of single protobuf fields, for small messages that we answer with; a message is the concatenation of its fields. */

const WIRE_VARINT = 0;
const WIRE_LENGTH_DELIMITED = 2;

/** A non-negative whole number below 2^53; nothing at all for 0, which is what absence means. */
export function varintField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...varint(tag(field, WIRE_VARINT)), ...varint(value)]);
}

/** Text as UTF-8; nothing at all for the empty text. */
export function stringField(field: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : messageField(field, Buffer.from(value));
}

/** A nested message, or bytes; present even when empty. */
export function messageField(field: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.from([...varint(tag(field, WIRE_LENGTH_DELIMITED)), ...varint(length)]);
  return Buffer.concat([head, ...parts]);
}

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
