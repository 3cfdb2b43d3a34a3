import { Bytes } from '../../wire/bytes.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { SpanTags } from '../span-tags.ts';
import type { SpanWriter } from '../span-writer.ts';
import { SPAN_BYTES, SPAN_WORDS, TRACE_BYTES, TRACE_WORDS, isNoSpan, writeWords } from './id-words.ts';
import { LogFields } from './log-fields.ts';
import { Nanos } from '../nanos.ts';
import { ProcessDraft } from './process-draft.ts';
import { ReferenceList } from './reference-list.ts';

/** Where ids stand among the words of all. */
export const TRACE_AT = 0;
export const SPAN_AT = TRACE_AT + TRACE_WORDS;
export const PARENT_AT = SPAN_AT + SPAN_WORDS;
const ID_WORDS = PARENT_AT + SPAN_WORDS;
/** Where they stand among the scalars, in front of the others. */
const SPAN_BEGIN = TRACE_BYTES;
const PARENT_BEGIN = SPAN_BEGIN + SPAN_BYTES;
const IDS_END = PARENT_BEGIN + SPAN_BYTES;
/** Jaeger's flags that have a meaning stand in the lowest byte, as those of the W3C's trace context do. */
const FLAGS = 0xff;
const TWO_31 = 0x8000_0000;

/**
 * A Jaeger span on its way into the writer, whatever it was read from. Its fields may come in any order; between `open` and
 * `close` the decoder sets what it finds, and puts tags, logs and references.
 */
export class SpanDraft implements AttributeSink {
  readonly process: ProcessDraft;
  readonly references: ReferenceList;
  readonly fields: LogFields;
  /** Ids of zeros at first: what a decoder finds is put there. */
  readonly ids = new Int32Array(ID_WORDS);
  readonly start = new Nanos();
  readonly duration = new Nanos();
  readonly #writer: SpanWriter;
  readonly #tags: SpanTags;
  /** Scalars of the open span, ids first: the writer's ranges refer to it. */
  readonly #scratch = new Bytes(1024);
  readonly #end = new Nanos();

  constructor(writer: SpanWriter) {
    this.#writer = writer;
    this.#tags = new SpanTags(writer, 'flag');
    this.process = new ProcessDraft(writer.origin);
    this.references = new ReferenceList(writer);
    this.fields = new LogFields(writer.eventAttributes);
  }

  /** The spans to come are of the process that was told last. */
  closeProcess(): void {
    this.process.close();
    this.#tags.forgetScope();
  }

  open(): void {
    const writer = this.#writer;
    const scratch = this.#scratch;
    scratch.length = IDS_END;
    writer.openSpan(scratch.data);
    writer.traceIdTo = writer.spanIdFrom = SPAN_BEGIN;
    writer.spanIdTo = PARENT_BEGIN;
    for (let index = 0; index < ID_WORDS; index++) this.ids[index] = 0;
    this.start.clear();
    this.duration.clear();
    this.references.openSpan();
    this.#tags.openSpan();
  }

  setName(source: Uint8Array, from: number, to: number): void {
    this.#writer.nameFrom = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    this.#writer.nameTo = this.#scratch.length;
  }

  setFlags(flags: number): void {
    this.#writer.flags = flags & FLAGS;
  }

  get closed(): boolean {
    return this.#writer.closed;
  }

  /** A tag is a field of the span, or an attribute. */
  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (this.#tags.take(keySource, keyFrom, keyTo, letter, source, from, to)) return;
    this.#writer.attributes.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  refuseNesting(): void {
    this.#writer.attributes.refuseNesting();
  }

  /** Ends a log whose fields were put into `fields`. */
  closeLog({ low, high }: Nanos): void {
    const { name, droppedAttributes } = this.fields;
    const isLate = high >= TWO_31;
    const timeLow = isLate ? TWO_31 * 2 - 1 : low;
    const timeHigh = isLate ? TWO_31 - 1 : high;
    this.#writer.closeEvent(timeLow, timeHigh, name.data, 0, name.length, droppedAttributes);
  }

  close(): void {
    const writer = this.#writer;
    this.#closeTimes();
    this.#closeReferences();
    this.#tags.closeSpan(this.#keepText);
    writer.source = this.#scratch.data;
    writer.closeSpan();
  }

  #closeTimes(): void {
    const writer = this.#writer;
    const { start } = this;
    const end = this.#end;
    if (start.isNegative) writer.refuse('start-unreadable', () => 'its start time lies before 1970');
    end.setEnd(start, this.duration);
    writer.startLow = start.low;
    writer.startHigh = start.high;
    writer.endLow = end.low;
    writer.endHigh = end.high;
  }

  /** The parent may be told by its own field, by a reference, or by both. */
  #closeReferences(): void {
    const writer = this.#writer;
    const { ids, references } = this;
    if (!isNoSpan(ids, PARENT_AT) || references.copyParent(ids, TRACE_AT, PARENT_AT)) {
      writer.parentFrom = PARENT_BEGIN;
      writer.parentTo = IDS_END;
    }
    writeWords(this.#scratch.data, 0, ids, 0, ID_WORDS);
    references.writeLinks(ids, TRACE_AT, PARENT_AT);
  }

  readonly #keepText = (text: Bytes): readonly [number, number] => {
    const from = this.#scratch.length;
    this.#scratch.copy(text.data, 0, text.length);
    return [from, this.#scratch.length];
  };
}
