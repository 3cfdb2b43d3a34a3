import type { Pace } from '../../wire/pace.ts';
import { LENGTH, type ProtobufReader, VARINT } from '../../wire/protobuf-reader.ts';
import { presentId } from '../span-ids.ts';
import type { SpanWriter } from '../span-writer.ts';
import { type ProtobufTagReader, tagOf } from './decode-protobuf-tag.ts';
import { SPAN_BYTES, SPAN_WORDS, TRACE_BYTES, TRACE_WORDS, putBytes } from './id-words.ts';
import { Nanos } from '../nanos.ts';
import { SPAN_AT, type SpanDraft, TRACE_AT } from './span-draft.ts';
import type { WarningsDraft } from './warnings-draft.ts';

const SPAN = {
  traceId: tagOf(1, LENGTH),
  spanId: tagOf(2, LENGTH),
  operationName: tagOf(3, LENGTH),
  reference: tagOf(4, LENGTH),
  flags: tagOf(5, VARINT),
  startTime: tagOf(6, LENGTH),
  duration: tagOf(7, LENGTH),
  tag: tagOf(8, LENGTH),
  log: tagOf(9, LENGTH),
  process: tagOf(10, LENGTH),
  warning: tagOf(12, LENGTH),
};
const REFERENCE = { traceId: tagOf(1, LENGTH), spanId: tagOf(2, LENGTH), type: tagOf(3, VARINT) };
const LOG = { timestamp: tagOf(1, LENGTH), field: tagOf(2, LENGTH) };
/** Of google.protobuf.Timestamp and google.protobuf.Duration alike. */
const TIME = { seconds: tagOf(1, VARINT), nanos: tagOf(2, VARINT) };

/** Reads spans of jaeger.api_v2 into a draft. */
export class ProtobufSpanReader {
  /** Whether the open span has a process of its own, and where that stands. */
  hasProcess = false;
  processFrom = 0;
  processTo = 0;
  readonly #reader: ProtobufReader;
  readonly #writer: SpanWriter;
  readonly #draft: SpanDraft;
  readonly #tags: ProtobufTagReader;
  readonly #warnings: WarningsDraft;
  readonly #time = new Nanos();

  constructor(
    reader: ProtobufReader,
    writer: SpanWriter,
    draft: SpanDraft,
    tags: ProtobufTagReader,
    warnings: WarningsDraft,
  ) {
    this.#reader = reader;
    this.#writer = writer;
    this.#draft = draft;
    this.#tags = tags;
    this.#warnings = warnings;
  }

  /** Reads the fields of the span that the reader was led into. */
  read(): void {
    const reader = this.#reader;
    this.#open();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === SPAN.tag) this.#tags.read(this.#draft);
      else this.#field(field);
    }
    this.#warnings.close();
  }

  /** The same with pauses. */
  *readLarge(pace: Pace): Generator<void, void> {
    const reader = this.#reader;
    this.#open();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const { at } = reader;
      this.#field(field);
      if (pace.isOver(reader.at - at)) yield;
    }
    this.#warnings.close();
  }

  #open(): void {
    this.hasProcess = false;
    this.#warnings.openSpan();
  }

  #field(field: number): void {
    const reader = this.#reader;
    const draft = this.#draft;
    switch (field) {
      case SPAN.traceId:
        this.#traceId(draft.ids, TRACE_AT, 'trace_id');
        return;
      case SPAN.spanId:
        this.#spanId(draft.ids, SPAN_AT, 'span_id');
        return;
      case SPAN.operationName:
        reader.range();
        draft.setName(reader.bytes, reader.from, reader.at);
        return;
      case SPAN.reference:
        if (draft.closed) reader.skip(field);
        else this.#reference();
        return;
      case SPAN.flags:
        draft.setFlags(reader.uint32());
        return;
      case SPAN.startTime:
        if (draft.closed) reader.skip(field);
        else this.#seconds(draft.start);
        return;
      case SPAN.duration:
        if (draft.closed) reader.skip(field);
        else this.#seconds(draft.duration);
        return;
      case SPAN.tag:
        this.#tags.read(draft);
        return;
      case SPAN.log:
        if (draft.closed) reader.skip(field);
        else this.#log();
        return;
      case SPAN.process:
        reader.range();
        this.hasProcess = true;
        this.processFrom = reader.from;
        this.processTo = reader.at;
        return;
      case SPAN.warning:
        reader.range();
        this.#warnings.add(reader.bytes, reader.from, reader.at);
        return;
      default:
        reader.skip(field);
    }
  }

  #log(): void {
    const reader = this.#reader;
    const draft = this.#draft;
    const time = this.#time;
    time.clear();
    draft.fields.open();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === LOG.timestamp) this.#seconds(time);
      else if (field === LOG.field) this.#tags.read(draft.fields);
      else reader.skip(field);
    }
    reader.leave(outer);
    draft.closeLog(time);
  }

  #reference(): void {
    const reader = this.#reader;
    const { references } = this.#draft;
    let type = 0;
    references.open();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === REFERENCE.traceId)
        this.#traceId(references.words, references.traceAt, "a reference's trace_id");
      else if (field === REFERENCE.spanId)
        this.#spanId(references.words, references.spanAt, "a reference's span_id");
      else if (field === REFERENCE.type) type = reader.uint32();
      else reader.skip(field);
    }
    reader.leave(outer);
    references.close(type);
  }

  /** The lower half of it may stand alone. */
  #traceId(target: Int32Array, at: number, name: string): void {
    const reader = this.#reader;
    reader.range();
    const { bytes, from, at: to } = reader;
    const length = to - from;
    if (length === TRACE_BYTES || length === TRACE_BYTES / 2 || length === 0) {
      putBytes(target, at, TRACE_WORDS, bytes, from, to);
    } else {
      const shown = (): string => `${name} ${presentId(bytes, from, to)}`;
      this.#writer.refuse('trace-id', () => `${shown()} must be ${TRACE_BYTES} bytes, not all zero`);
    }
  }

  #spanId(target: Int32Array, at: number, name: string): void {
    const reader = this.#reader;
    reader.range();
    const { bytes, from, at: to } = reader;
    if (to - from === SPAN_BYTES || from === to) putBytes(target, at, SPAN_WORDS, bytes, from, to);
    else {
      const shown = (): string => `${name} ${presentId(bytes, from, to)}`;
      this.#writer.refuse('span-id', () => `${shown()} must be ${SPAN_BYTES} bytes, not all zero`);
    }
  }

  #seconds(target: Nanos): void {
    const reader = this.#reader;
    let low = 0;
    let high = 0;
    let nanos = 0;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === TIME.seconds) {
        reader.varint64();
        low = reader.low;
        high = reader.high;
      } else if (field === TIME.nanos) nanos = reader.uint32() | 0;
      else reader.skip(field);
    }
    reader.leave(outer);
    target.setSeconds(low, high, nanos);
  }
}
