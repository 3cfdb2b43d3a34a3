import type { AttributeSink } from '../attribute-sink.ts';
import { LETTER } from '../value-text.ts';
import type { ShortTag } from './decode-thrift-tag.ts';

/* Each is told by its fixed bytes, which stand around the two texts; all must lie within the body. */

/** A string in field 1; four zeros that are an i32 in field 2; a string in field 3; the end. */
export const putShortBinary: ShortTag = (bytes, at, sink) => {
  const keyAt = at + 7;
  const keyEnd = keyAt + bytes[at + 6]!;
  const valueAt = keyEnd + 14;
  const valueEnd = valueAt + bytes[valueAt - 1]!;
  const isShort =
    valueEnd < bytes.length &&
    isField(bytes, at, 0x0b, 1) &&
    isShortLength(bytes, at + 3) &&
    isField(bytes, keyEnd, 0x08, 2) &&
    isShortLength(bytes, keyEnd + 3) &&
    bytes[keyEnd + 6] === 0 &&
    isField(bytes, keyEnd + 7, 0x0b, 3) &&
    isShortLength(bytes, keyEnd + 10) &&
    bytes[valueEnd] === 0;
  if (!isShort) return -1;
  putText(bytes, keyAt, keyEnd, valueAt, valueEnd, sink);
  return valueEnd + 1;
};

/** The same with each field's number as a step of 1, and lengths of one byte. */
export const putShortCompact: ShortTag = (bytes, at, sink) => {
  const keyAt = at + 2;
  const keyEnd = keyAt + bytes[at + 1]!;
  const valueAt = keyEnd + 4;
  const valueEnd = valueAt + bytes[valueAt - 1]!;
  const isShort =
    valueEnd < bytes.length &&
    bytes[at] === 0x18 &&
    bytes[at + 1]! < 0x80 &&
    bytes[keyEnd] === 0x15 &&
    bytes[keyEnd + 1] === 0 &&
    bytes[keyEnd + 2] === 0x18 &&
    bytes[keyEnd + 3]! < 0x80 &&
    bytes[valueEnd] === 0;
  if (!isShort) return -1;
  putText(bytes, keyAt, keyEnd, valueAt, valueEnd, sink);
  return valueEnd + 1;
};

/** Of protocols in which no tag can be told by its bytes. */
export const putNone: ShortTag = () => -1;

function isField(bytes: Uint8Array, at: number, type: number, field: number): boolean {
  return bytes[at] === type && bytes[at + 1] === 0 && bytes[at + 2] === field;
}

/** Whether only the last of the four bytes of a length may be other than zero. */
function isShortLength(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 0;
}

function putText(
  bytes: Uint8Array,
  keyAt: number,
  keyEnd: number,
  valueAt: number,
  valueEnd: number,
  sink: AttributeSink,
): void {
  sink.put(bytes, keyAt, keyEnd, LETTER.string, bytes, valueAt, valueEnd);
}
