import { Bytes } from '../../wire/bytes.ts';
import { KIND, type LineReader } from '../../wire/line-protocol.ts';
import { WholeNumber } from '../../wire/whole-number.ts';
import { ValueText } from '../value-text.ts';

const TWO_31 = 0x8000_0000;

/** The value of a tag or a field, as an attribute has it and as a span's own fields have it. */
export class LineValue {
  readonly number = new WholeNumber();
  readonly #reader: LineReader;
  readonly #text = new Bytes(256);
  readonly #value = new ValueText();

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  /** Typed as the line types it; valid until the next one. */
  typed(): ValueText {
    const reader = this.#reader;
    const value = this.#value;
    switch (reader.kind) {
      case KIND.int:
      case KIND.unsigned:
        this.#integer();
        break;
      case KIND.float:
        value.double(Number(this.text()));
        break;
      case KIND.bool:
        value.bool(reader.isTrue);
        break;
      default:
        this.#string();
    }
    return value;
  }

  /** Whether `number` is the value now: digits of any kind, in quotes too, that stand for something from zero to 2^63. */
  isCount(): boolean {
    const { bytes, from, to } = this.#reader;
    const { number } = this;
    return number.read(bytes, from, to) && !number.negative && number.high < TWO_31;
  }

  /** For rare paths. */
  text(): string {
    this.#text.length = 0;
    this.#reader.copyText(this.#text);
    return this.#text.data.toString('utf8', 0, this.#text.length);
  }

  #string(): void {
    const reader = this.#reader;
    if (!reader.escaped) {
      this.#value.string(reader.bytes, reader.from, reader.to);
      return;
    }
    const text = this.#text;
    text.length = 0;
    reader.copyText(text);
    this.#value.string(text.data, 0, text.length);
  }

  /** One that 64 bits with a sign do not hold is the nearest double. */
  #integer(): void {
    const { bytes, from, to } = this.#reader;
    const { number } = this;
    const fits = number.read(bytes, from, to) && (number.negative || number.high < TWO_31);
    if (fits) this.#value.int(number.low, number.high);
    else this.#value.double(Number(this.text()));
  }
}
