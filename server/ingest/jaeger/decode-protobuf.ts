import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import { LENGTH, ProtobufReader } from '../../wire/protobuf-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ProtobufProcessReader } from './decode-protobuf-process.ts';
import { ProtobufSpanReader } from './decode-protobuf-span.ts';
import { ProtobufTagReader, tagOf } from './decode-protobuf-tag.ts';
import { SpanDraft } from './span-draft.ts';
import { WarningsDraft } from './warnings-draft.ts';

const BATCH = tagOf(1, LENGTH);
const SPAN = tagOf(1, LENGTH);
const PROCESS = tagOf(2, LENGTH);
const OWN_PROCESS = tagOf(10, LENGTH);
/** Processes told once are fewer bytes than the body; so many bodies of them may be read before order is given up. */
const MAX_PROCESSES = 2;

/** Decodes a PostSpansRequest of jaeger.api_v2. */
export function* decodePostSpans(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  yield* new RequestReader(body, writer).read();
}

class RequestReader {
  readonly #reader: ProtobufReader;
  readonly #writer: SpanWriter;
  readonly #draft: SpanDraft;
  readonly #processes: ProtobufProcessReader;
  readonly #spans: ProtobufSpanReader;
  readonly #pace = new Pace();
  /** Bytes of processes of which the pace was told. */
  #pacedBytes = 0;

  constructor(body: Uint8Array, writer: SpanWriter) {
    const reader = new ProtobufReader(body);
    const draft = new SpanDraft(writer);
    const tags = new ProtobufTagReader(reader, writer.limits.attributeBytes);
    this.#reader = reader;
    this.#writer = writer;
    this.#draft = draft;
    this.#processes = new ProtobufProcessReader(reader, draft, tags, writer.limits.spanBytes);
    this.#spans = new ProtobufSpanReader(reader, writer, draft, tags, new WarningsDraft(writer));
  }

  *read(): Generator<void, void> {
    const reader = this.#reader;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === BATCH) {
        const outer = reader.enter();
        yield* this.#batch();
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#pace.isOver(0)) yield;
    }
  }

  /** The process may stand behind its spans, so it is looked for first. */
  *#batch(): Generator<void, void> {
    const reader = this.#reader;
    const begin = reader.at;
    let from = begin;
    let to = begin;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === PROCESS) {
        reader.range();
        from = reader.from;
        to = reader.at;
      } else reader.skip(field);
      if (this.#pace.isOver(0)) yield;
    }
    reader.at = begin;
    yield* this.#batchSpans(from, to);
  }

  /**
   * `from` and `to`: where the process of those spans stands that have none of their own. A long one is not read again for
   * every other span: spans that have their own are put off then.
   */
  *#batchSpans(from: number, to: number): Generator<void, void> {
    const reader = this.#reader;
    let putOffAt = 0;
    let { at } = reader;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === SPAN) {
        const outer = reader.enter();
        if (this.#isSlow() && (yield* this.#hasProcess())) putOffAt ||= at;
        else if (reader.end - reader.at > BYTES_PER_TURN) yield* this.#largeSpan(from, to);
        else this.#span(from, to);
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#isTurnOver(reader.at - at)) yield;
      ({ at } = reader);
    }
    if (putOffAt > 0) yield* this.#putOffSpans(putOffAt);
  }

  /** Those that have a process of their own. */
  *#putOffSpans(putOffAt: number): Generator<void, void> {
    const reader = this.#reader;
    reader.at = putOffAt;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === SPAN) {
        const outer = reader.enter();
        if (yield* this.#hasProcess()) yield* this.#largeSpan(0, 0);
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#isTurnOver(0)) yield;
    }
  }

  /** Processes count as often as they are read. */
  #isTurnOver(bytes: number): boolean {
    const { bytesRead } = this.#processes;
    const more = bytesRead - this.#pacedBytes;
    this.#pacedBytes = bytesRead;
    return this.#pace.isOver(bytes + more);
  }

  #isSlow(): boolean {
    return this.#processes.bytesRead > MAX_PROCESSES * this.#reader.bytes.length;
  }

  /** Whether the span that the reader was led into has a process; the reader stands where it stood. */
  *#hasProcess(): Generator<void, boolean> {
    const reader = this.#reader;
    const begin = reader.at;
    let has = false;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const { at } = reader;
      has ||= field === OWN_PROCESS;
      reader.skip(field);
      if (this.#pace.isOver(reader.at - at)) yield;
    }
    reader.at = begin;
    return has;
  }

  #span(from: number, to: number): void {
    this.#openSpan();
    this.#spans.read();
    this.#closeSpan(from, to);
  }

  /** The same with pauses. */
  *#largeSpan(from: number, to: number): Generator<void, void> {
    this.#openSpan();
    yield* this.#spans.readLarge(this.#pace);
    this.#closeSpan(from, to);
  }

  #openSpan(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const bytes = reader.end - reader.at;
    this.#draft.open();
    if (bytes > writer.limits.spanBytes) writer.refuseSize(bytes);
  }

  #closeSpan(batchFrom: number, batchTo: number): void {
    const { hasProcess, processFrom, processTo } = this.#spans;
    if (hasProcess) this.#processes.open(processFrom, processTo);
    else this.#processes.open(batchFrom, batchTo);
    this.#draft.close();
  }
}
