import type { AttributeSink } from '../attribute-sink.ts';
import { LETTER, ValueText } from '../value-text.ts';
import { HeldRange } from './held-range.ts';

/** The fields of a tag that may hold its value; encodings number the types of values differently. */
export const VALUE = { none: 0, string: 1, bool: 2, long: 3, double: 4, binary: 5 } as const;

export type Value = (typeof VALUE)[keyof typeof VALUE];

/** A tag while it is being read: what it does not say is empty, false or 0. */
export class TagDraft {
  readonly key = new HeldRange();
  readonly string = new HeldRange();
  readonly binary = new HeldRange();
  double = 0;
  bool = false;
  low = 0;
  high = 0;
  /** Which of its fields counts; undefined for a type that nobody knows. */
  value: Value | undefined = VALUE.string;
  /** The one that was found last, which counts then. */
  last: Value = VALUE.none;
  readonly #maxBytes: number;
  readonly #text = new ValueText();

  /** `maxBytes`: of binary values; no text is made of longer ones, which are refused. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  clear(): void {
    this.key.clear();
    this.string.clear();
    this.binary.clear();
    this.double = this.low = this.high = 0;
    this.bool = false;
    this.value = VALUE.string;
    this.last = VALUE.none;
  }

  put(sink: AttributeSink): void {
    const { key } = this;
    const text = this.#text;
    this.#setText(this.value ?? this.last);
    sink.put(key.source, key.from, key.to, text.letter, text.source, text.from, text.to);
  }

  #setText(value: Value): void {
    const text = this.#text;
    const { string } = this;
    switch (value) {
      case VALUE.string:
        text.string(string.source, string.from, string.to);
        return;
      case VALUE.bool:
        text.bool(this.bool);
        return;
      case VALUE.long:
        text.int(this.low, this.high);
        return;
      case VALUE.double:
        text.double(this.double);
        return;
      case VALUE.binary:
        this.#setBinary();
        return;
      case VALUE.none:
        text.clear();
    }
  }

  #setBinary(): void {
    const { source, from, to } = this.binary;
    if (to - from > this.#maxBytes) this.#text.range(LETTER.bytes, source, from, to);
    else this.#text.bytes(source, from, to);
  }
}
