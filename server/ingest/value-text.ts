import { TYPE_LETTERS, presentDouble, presentValue } from '../columns/attribute-text.ts';
import type { AttributeType, AttributeValue } from '../span/attribute.ts';
import { Bytes } from '../wire/bytes.ts';
import { appendInt64 } from '../wire/number-text.ts';

/** Character codes of the type letters. */
export const LETTER = Object.fromEntries(
  Object.entries(TYPE_LETTERS).map(([type, letter]) => [type, letter.charCodeAt(0)]),
) as Record<AttributeType, number>;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** A value on its way into an attribute: its type letter, and the text under which it is stored as a range of `source`. */
export class ValueText {
  letter = LETTER.empty;
  source: Uint8Array;
  from = 0;
  to = 0;
  readonly #scratch = new Bytes(256);

  constructor() {
    this.source = this.#scratch.data;
  }

  clear(): void {
    this.letter = LETTER.empty;
    this.from = this.to = 0;
  }

  string(source: Uint8Array, from: number, to: number): void {
    this.range(LETTER.string, source, from, to);
  }

  int(low: number, high: number): void {
    this.#scratch.length = 0;
    appendInt64(this.#scratch, low, high);
    this.range(LETTER.int, this.#scratch.data, 0, this.#scratch.length);
  }

  bool(value: boolean): void {
    const text = value ? TRUE : FALSE;
    this.range(LETTER.bool, text, 0, text.length);
  }

  double(value: number): void {
    this.#text(LETTER.double, presentDouble(value));
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    this.#text(LETTER.bytes, Buffer.from(source.subarray(from, to)).toString('base64'));
  }

  /** For values of any type, as objects: arrays and maps. */
  value(value: AttributeValue): void {
    this.#text(LETTER[value.type], presentValue(value));
  }

  /** A text that stands as it is stored. */
  range(letter: number, source: Uint8Array, from: number, to: number): void {
    this.letter = letter;
    this.source = source;
    this.from = from;
    this.to = to;
  }

  #text(letter: number, text: string): void {
    this.#scratch.length = 0;
    this.#scratch.utf8(text);
    this.range(letter, this.#scratch.data, 0, this.#scratch.length);
  }
}
