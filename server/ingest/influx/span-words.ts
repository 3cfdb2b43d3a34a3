import { SPAN_KINDS, STATUS_CODES } from '../../span/span.ts';
import { FieldNames } from '../../wire/field-names.ts';

const KIND_PREFIX = 'SPAN_KIND_';
const KINDS = new FieldNames(SPAN_KINDS.map((kind) => spellings(KIND_PREFIX, kind)));
const STATUSES = new FieldNames(STATUS_CODES.map((code) => spellings('STATUS_CODE_', code)));
const KIND_PREFIX_BYTES = Buffer.from(KIND_PREFIX);

/** The number of the kind in OTLP; -1 for a word that is none. */
export function kindOf(source: Uint8Array, from: number, to: number): number {
  return KINDS.find(source, from, to) - 1;
}

/** Likewise of the status. */
export function statusOf(source: Uint8Array, from: number, to: number): number {
  return STATUSES.find(source, from, to) - 1;
}

/** Whether the word is a kind as the first senders wrote it, which nobody's own attribute would be. */
export function isPrefixedKind(source: Uint8Array, from: number, to: number): boolean {
  if (kindOf(source, from, to) < 0) return false;
  return KIND_PREFIX_BYTES.every((byte, index) => source[from + index] === byte);
}

/** `Server`, as Go's own names are; in the other cases; and with the prefix that it has in OTLP. */
function spellings(prefix: string, name: string): string[] {
  const upper = name.toUpperCase();
  return [`${upper.slice(0, 1)}${name.slice(1)}`, name, upper, prefix + upper];
}
