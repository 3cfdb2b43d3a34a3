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

  /** `from` and `to`: where the process of those spans stands that have none of their own. */
  *#batchSpans(from: number, to: number): Generator<void, void> {
    const reader = this.#reader;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field !== SPAN) {
        reader.skip(field);
        if (this.#pace.isOver(0)) yield;
        continue;
      }
      const outer = reader.enter();
      const bytes = reader.end - reader.at;
      this.#openSpan(bytes);
      if (bytes > BYTES_PER_TURN) yield* this.#spans.readLarge(this.#pace);
      else this.#spans.read();
      this.#closeSpan(from, to);
      reader.leave(outer);
      if (this.#pace.isOver(bytes)) yield;
    }
  }

  #openSpan(bytes: number): void {
    const writer = this.#writer;
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
