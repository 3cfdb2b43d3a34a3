import { FIXED32, FIXED64, LENGTH, VARINT } from '../../server/wire/protobuf-reader.ts';
import type { Random } from '../load/demo-random.ts';

/** A field of a message: its tag, and its bytes or what they are made of. */
interface Field {
  readonly tag: number;
  readonly bytes: Buffer;
  readonly fields: Field[] | undefined;
}

/** What lies deeper is left as it is. */
const MAX_DEPTH = 40;
const LONGEST_REPEAT = 10;

/** Changes a body as a message: lengths stay right, so that what is wrong lies deep inside. */
export function mutateProtobufTree(body: Buffer, random: Random): Buffer {
  const fields = parseMessage(body);
  if (fields === undefined || fields.length === 0) return body;
  const lists = [fields, ...listsIn(fields)];
  const list = random.pick(lists.filter((one) => one.length > 0));
  const at = Math.floor(random.next() * list.length);
  const other = frozen(random.pick(random.pick(lists.filter((one) => one.length > 0))));
  const change = Math.floor(random.next() * 5);
  if (change === 0) list.splice(at, 1);
  else if (change === 1) list.splice(at, 0, ...repeated(other, random));
  else if (change === 2) list[at] = other;
  else if (change === 3) list.reverse();
  else list[at] = { ...list[at]!, tag: (list[at]!.tag & 7) | (Math.floor(random.next() * 20) << 3) };
  return encodeMessage(fields);
}

/** A copy that may be put anywhere, into itself too. */
function frozen({ tag, bytes, fields }: Field): Field {
  return { tag, bytes: fields === undefined ? bytes : encodeMessage(fields), fields: undefined };
}

/** Mostly once. */
function repeated(field: Field, random: Random): Field[] {
  const times = Math.floor(2 ** random.between(0, random.chance(0.1) ? LONGEST_REPEAT : 1));
  return Array.from({ length: times }, () => field);
}

function listsIn(fields: readonly Field[]): Field[][] {
  return fields.flatMap((field) =>
    field.fields === undefined ? [] : [field.fields, ...listsIn(field.fields)],
  );
}

/** Undefined for what is no message. Text may look like one; that does not matter. */
function parseMessage(bytes: Buffer, depth = 0): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || tag.value < 8) return undefined;
    const end = endOfValue(bytes, tag.end, tag.value & 7);
    if (end === undefined) return undefined;
    const isMessage = (tag.value & 7) === LENGTH;
    const value = isMessage
      ? bytes.subarray(readVarint(bytes, tag.end)!.end, end)
      : bytes.subarray(tag.end, end);
    const inner = isMessage && depth < MAX_DEPTH ? parseMessage(value, depth + 1) : undefined;
    fields.push({ tag: tag.value, bytes: value, fields: inner });
    at = end;
  }
  return fields;
}

function endOfValue(bytes: Buffer, at: number, wire: number): number | undefined {
  const number = readVarint(bytes, at);
  const ends = new Map([
    [VARINT, number?.end],
    [FIXED64, at + 8],
    [FIXED32, at + 4],
    [LENGTH, number === undefined ? undefined : number.end + number.value],
  ]);
  const end = ends.get(wire);
  return end === undefined || end > bytes.length ? undefined : end;
}

function encodeMessage(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ tag, bytes, fields: inner }) => {
      if ((tag & 7) !== LENGTH) return [writeVarint(tag), bytes];
      const value = inner === undefined ? bytes : encodeMessage(inner);
      return [writeVarint(tag), writeVarint(value.length), value];
    }),
  );
}

function readVarint(
  bytes: Buffer,
  from: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length && scale < 2 ** 64; at++, scale *= 128) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
