import type { AttributeValue } from '../../span/attribute.ts';
import { describeLarge } from '../span-limits.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ValueText } from '../value-text.ts';

/** Where Jaeger's collectors keep warnings in an OTLP span, and our Jaeger API looks for them. */
const KEY = Buffer.from('@jaeger@warnings');
/** Quotes and a comma: no text in a list takes less than its bytes and these. */
const MARKS = 3;

/** Warnings of the open span, on their way into the attribute that keeps them. */
export class WarningsDraft {
  readonly #writer: SpanWriter;
  readonly #text = new ValueText();
  #warnings: AttributeValue[] = [];
  #bytes = 0;

  constructor(writer: SpanWriter) {
    this.#writer = writer;
  }

  openSpan(): void {
    this.#bytes = 0;
  }

  add(source: Uint8Array, from: number, to: number): void {
    const writer = this.#writer;
    if (writer.closed) return;
    const { limits } = writer;
    this.#bytes += to - from + MARKS;
    // One comma less, and the brackets.
    const bytes = this.#bytes + 1;
    if (bytes > limits.attributeBytes)
      writer.refuse('attribute-too-large', () => describeLarge(KEY, 0, KEY.length, bytes, limits));
    else {
      const value = Buffer.from(source.subarray(from, to)).toString('utf8');
      this.#warnings.push({ type: 'string', value });
    }
  }

  close(): void {
    if (this.#bytes === 0) return;
    const text = this.#text;
    text.value({ type: 'array', value: this.#warnings });
    this.#warnings = [];
    if (this.#writer.closed) return;
    this.#writer.attributes.put(KEY, 0, KEY.length, text.letter, text.source, text.from, text.to);
  }
}
