import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import { THRIFT, type ThriftReader } from '../../wire/thrift/thrift-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ThriftSpanReader } from './decode-thrift-span.ts';
import { type ShortTag, ThriftTagReader, fieldOf } from './decode-thrift-tag.ts';
import { HeldRange } from './held-range.ts';
import { SpanDraft } from './span-draft.ts';
import { readStructs } from './thrift-list.ts';

const BATCH = { process: fieldOf(1, THRIFT.struct), spans: fieldOf(2, THRIFT.list) };
const PROCESS = { service: fieldOf(1, THRIFT.string), tags: fieldOf(2, THRIFT.list) };

/** Reads a Batch of jaeger.thrift, span by span. */
export class ThriftBatchReader {
  readonly #reader: ThriftReader;
  readonly #writer: SpanWriter;
  readonly #draft: SpanDraft;
  readonly #tags: ThriftTagReader;
  readonly #spans: ThriftSpanReader;
  readonly #pace = new Pace();
  /** A span that has at most so many bytes is neither too large nor read with pauses. */
  readonly #fewBytes: number;

  constructor(reader: ThriftReader, writer: SpanWriter, putShort: ShortTag) {
    this.#reader = reader;
    this.#writer = writer;
    this.#fewBytes = Math.min(BYTES_PER_TURN, writer.limits.spanBytes);
    this.#draft = new SpanDraft(writer);
    this.#tags = new ThriftTagReader(reader, putShort, writer.limits.attributeBytes);
    this.#spans = new ThriftSpanReader(reader, this.#draft, this.#tags);
  }

  /** The process may stand behind its spans: then they are passed over first. */
  *read(): Generator<void, void> {
    const reader = this.#reader;
    const begin = reader.at;
    let hasProcess = false;
    let hasLeftSpans = false;
    reader.openStruct();
    while (reader.nextField()) {
      const { type } = reader;
      const field = fieldOf(reader.field, type);
      if (field === BATCH.process) {
        yield* this.#process();
        hasProcess = true;
      } else if (field === BATCH.spans && hasProcess && !hasLeftSpans) yield* this.#list();
      else {
        hasLeftSpans ||= field === BATCH.spans;
        yield* this.#skip(type);
      }
      if (this.#pace.isOver(0)) yield;
    }
    if (!hasLeftSpans) return;
    if (!hasProcess) this.#noProcess();
    reader.at = begin;
    yield* this.#onlySpans();
  }

  *#onlySpans(): Generator<void, void> {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      const { type } = reader;
      if (fieldOf(reader.field, type) === BATCH.spans) yield* this.#list();
      else yield* this.#skip(type);
      if (this.#pace.isOver(0)) yield;
    }
  }

  *#list(): Generator<void, void> {
    const reader = this.#reader;
    const count = reader.openList();
    const { elementType } = reader;
    for (let index = 0; index < count; index++) {
      const begin = reader.at;
      let most = reader.bytes.length - begin;
      // No value says how long it is: unless there are few bytes left, a span is passed over once before it is read.
      if (most > this.#fewBytes || elementType !== THRIFT.struct) {
        while (!reader.skip(elementType, BYTES_PER_TURN)) yield;
        most = reader.at - begin;
      }
      if (elementType === THRIFT.struct) {
        reader.at = begin;
        this.#openSpan(most);
        if (most > BYTES_PER_TURN) yield* this.#spans.readLarge(this.#pace);
        else this.#spans.read();
        this.#draft.close();
      }
      if (this.#pace.isOver(reader.at - begin)) yield;
    }
    reader.closeList();
  }

  #openSpan(bytes: number): void {
    const writer = this.#writer;
    this.#draft.open();
    if (bytes > writer.limits.spanBytes) writer.refuseSize(bytes);
  }

  /** It belongs to many spans, and is not looked at if it is over the limit of one. */
  *#process(): Generator<void, void> {
    const reader = this.#reader;
    const { process } = this.#draft;
    const begin = reader.at;
    while (!reader.skip(THRIFT.struct, BYTES_PER_TURN)) yield;
    const bytes = reader.at - begin;
    process.open();
    if (bytes > this.#writer.limits.spanBytes) process.refuseSize(bytes);
    else {
      reader.at = begin;
      this.#service();
      reader.at = begin;
      this.#processTags();
    }
    this.#draft.closeProcess();
  }

  #noProcess(): void {
    this.#draft.process.open();
    this.#draft.closeProcess();
  }

  /** Before its tags, wherever it stands. */
  #service(): void {
    const reader = this.#reader;
    const service = new HeldRange();
    reader.openStruct();
    while (reader.nextField()) {
      if (fieldOf(reader.field, reader.type) === PROCESS.service) {
        reader.string();
        service.hold(reader);
      } else reader.skip(reader.type);
    }
    this.#draft.process.setService(service.source, service.from, service.to);
  }

  #processTags(): void {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      if (fieldOf(reader.field, reader.type) === PROCESS.tags) readStructs(reader, this.#processTag);
      else reader.skip(reader.type);
    }
  }

  readonly #processTag = (): void => {
    this.#tags.read(this.#draft.process);
  };

  /** Passes over a value that nobody asked for, however long. */
  *#skip(type: number): Generator<void, void> {
    while (!this.#reader.skip(type, BYTES_PER_TURN)) yield;
  }
}
