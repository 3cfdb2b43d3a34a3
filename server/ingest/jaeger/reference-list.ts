import { type SpanWriter, emptyLink } from '../span-writer.ts';
import { LETTER } from '../value-text.ts';
import {
  SPAN_BYTES,
  TRACE_BYTES,
  SPAN_WORDS,
  TRACE_WORDS,
  isNoSpan,
  isSameSpan,
  isSameTrace,
  writeWords,
} from './id-words.ts';

export const REF_TYPE = { childOf: 0, followsFrom: 1 } as const;

/** A reference is kept as its type, then both ids. */
const TRACE_AT = 1;
const SPAN_AT = TRACE_AT + TRACE_WORDS;
const REFERENCE_WORDS = SPAN_AT + SPAN_WORDS;
const FIRST_REFERENCES = 8;

const TYPE_KEY = Buffer.from('opentracing.ref_type');
const CHILD_OF = Buffer.from('child_of');

/** References of the open span: which of them is its parent is known when everything else is. */
export class ReferenceList {
  /** Ids of the reference that is open are put here, where the two places tell. */
  words = new Int32Array(FIRST_REFERENCES * REFERENCE_WORDS);
  traceAt = 0;
  spanAt = 0;
  readonly #writer: SpanWriter;
  readonly #link = emptyLink();
  readonly #ids = new Uint8Array(TRACE_BYTES + SPAN_BYTES);
  #length = 0;

  constructor(writer: SpanWriter) {
    this.#writer = writer;
    this.#link.traceIdTo = this.#link.spanIdFrom = TRACE_BYTES;
    this.#link.spanIdTo = this.#ids.length;
  }

  openSpan(): void {
    this.#length = 0;
  }

  /** Makes room for one more, with ids of zeros. */
  open(): void {
    const begin = this.#length;
    const end = begin + REFERENCE_WORDS;
    if (end > this.words.length) this.#grow();
    const { words } = this;
    for (let index = begin; index < end; index++) words[index] = 0;
    this.#length = end;
    this.traceAt = begin + TRACE_AT;
    this.spanAt = begin + SPAN_AT;
  }

  /** Ends the reference that was opened last. */
  close(type: number): void {
    this.words[this.#length - REFERENCE_WORDS] = type;
    const most = this.#writer.limits.links + 1;
    if (this.#length > most * REFERENCE_WORDS)
      this.#writer.refuse('too-many-links', () => `has more than ${most} references (SPANHOUSE_MAX_LINKS)`);
  }

  /** Copies the first that may be the parent of a span of that trace; false if there is none. */
  copyParent(ids: Int32Array, traceAt: number, parentAt: number): boolean {
    const { words } = this;
    for (let at = 0; at < this.#length; at += REFERENCE_WORDS) {
      const spanAt = at + SPAN_AT;
      if (words[at] !== REF_TYPE.childOf || isNoSpan(words, spanAt)) continue;
      if (!isSameTrace(words, at + TRACE_AT, ids, traceAt)) continue;
      ids[parentAt] = words[spanAt]!;
      ids[parentAt + 1] = words[spanAt + 1]!;
      return true;
    }
    return false;
  }

  /** Writes all as links but those that tell the parent once more. */
  writeLinks(ids: Int32Array, traceAt: number, parentAt: number): void {
    const { words } = this;
    for (let at = 0; at < this.#length && !this.#writer.closed; at += REFERENCE_WORDS) {
      const isChild = words[at] === REF_TYPE.childOf;
      const tellsParent =
        isChild &&
        isSameSpan(words, at + SPAN_AT, ids, parentAt) &&
        isSameTrace(words, at + TRACE_AT, ids, traceAt);
      if (!tellsParent) this.#writeLink(at, isChild);
    }
  }

  #writeLink(at: number, isChild: boolean): void {
    const writer = this.#writer;
    writeWords(this.#ids, 0, this.words, at + TRACE_AT, TRACE_WORDS + SPAN_WORDS);
    if (isChild)
      writer.linkAttributes.put(TYPE_KEY, 0, TYPE_KEY.length, LETTER.string, CHILD_OF, 0, CHILD_OF.length);
    writer.closeLink(this.#ids, this.#link);
  }

  #grow(): void {
    const grown = new Int32Array(2 * this.words.length);
    grown.set(this.words);
    this.words = grown;
  }
}
