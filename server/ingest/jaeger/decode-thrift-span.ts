import { BYTES_PER_TURN, type Pace } from '../../wire/pace.ts';
import { THRIFT, type ThriftReader } from '../../wire/thrift/thrift-reader.ts';
import { type ThriftTagReader, fieldOf } from './decode-thrift-tag.ts';
import { TRACE_WORDS } from './id-words.ts';
import { Nanos } from '../nanos.ts';
import { PARENT_AT, SPAN_AT, type SpanDraft, TRACE_AT } from './span-draft.ts';
import { readStructs } from './thrift-list.ts';

const SPAN = {
  traceIdLow: fieldOf(1, THRIFT.i64),
  traceIdHigh: fieldOf(2, THRIFT.i64),
  spanId: fieldOf(3, THRIFT.i64),
  parentSpanId: fieldOf(4, THRIFT.i64),
  operationName: fieldOf(5, THRIFT.string),
  references: fieldOf(6, THRIFT.list),
  flags: fieldOf(7, THRIFT.i32),
  startTime: fieldOf(8, THRIFT.i64),
  duration: fieldOf(9, THRIFT.i64),
  tags: fieldOf(10, THRIFT.list),
  logs: fieldOf(11, THRIFT.list),
};
const REFERENCE = {
  type: fieldOf(1, THRIFT.i32),
  traceIdLow: fieldOf(2, THRIFT.i64),
  traceIdHigh: fieldOf(3, THRIFT.i64),
  spanId: fieldOf(4, THRIFT.i64),
};
const LOG = { timestamp: fieldOf(1, THRIFT.i64), fields: fieldOf(2, THRIFT.list) };
/** Where the lower half of a trace's id begins. */
const LOWER = TRACE_WORDS / 2;

/** Reads spans of jaeger.thrift into a draft. */
export class ThriftSpanReader {
  readonly #reader: ThriftReader;
  readonly #draft: SpanDraft;
  readonly #tags: ThriftTagReader;
  readonly #time = new Nanos();

  constructor(reader: ThriftReader, draft: SpanDraft, tags: ThriftTagReader) {
    this.#reader = reader;
    this.#draft = draft;
    this.#tags = tags;
  }

  /** Reads the fields of the span that the reader stands before. */
  read(): void {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      const field = fieldOf(reader.field, reader.type);
      const readElement = this.#elementOf(field);
      if (readElement !== undefined) readStructs(reader, readElement);
      else if (!this.#scalar(field)) reader.skip(reader.type);
    }
  }

  /** The same with pauses. */
  *readLarge(pace: Pace): Generator<void, void> {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      const { at, type } = reader;
      const field = fieldOf(reader.field, type);
      const readElement = this.#draft.closed ? undefined : this.#elementOf(field);
      if (readElement !== undefined) yield* this.#largeList(readElement, pace);
      else if (!this.#scalar(field)) while (!reader.skip(type, BYTES_PER_TURN)) yield;
      else if (pace.isOver(reader.at - at)) yield;
    }
  }

  *#largeList(readElement: () => void, pace: Pace): Generator<void, void> {
    const reader = this.#reader;
    const count = reader.openList();
    const { elementType } = reader;
    for (let index = 0; index < count; index++) {
      const { at } = reader;
      if (elementType === THRIFT.struct) readElement();
      else reader.skip(elementType);
      if (pace.isOver(reader.at - at)) yield;
    }
    reader.closeList();
  }

  /** What reads the elements of the list that the field is; undefined for fields that are none. */
  #elementOf(field: number): (() => void) | undefined {
    switch (field) {
      case SPAN.tags:
        return this.#tag;
      case SPAN.logs:
        return this.#log;
      case SPAN.references:
        return this.#reference;
      default:
        return undefined;
    }
  }

  /** False for fields that nobody knows. */
  #scalar(field: number): boolean {
    const reader = this.#reader;
    const draft = this.#draft;
    switch (field) {
      case SPAN.traceIdLow:
        this.#id(draft.ids, TRACE_AT + LOWER);
        return true;
      case SPAN.traceIdHigh:
        this.#id(draft.ids, TRACE_AT);
        return true;
      case SPAN.spanId:
        this.#id(draft.ids, SPAN_AT);
        return true;
      case SPAN.parentSpanId:
        this.#id(draft.ids, PARENT_AT);
        return true;
      case SPAN.operationName:
        reader.string();
        draft.setName(reader.source, reader.from, reader.to);
        return true;
      case SPAN.flags:
        draft.setFlags(reader.i32());
        return true;
      case SPAN.startTime:
        reader.i64();
        draft.start.setMicros(reader.low, reader.high);
        return true;
      case SPAN.duration:
        reader.i64();
        draft.duration.setMicros(reader.low, reader.high);
        return true;
      default:
        return false;
    }
  }

  /** Two words. */
  #id(target: Int32Array, at: number): void {
    const reader = this.#reader;
    reader.i64();
    target[at] = reader.high;
    target[at + 1] = reader.low;
  }

  readonly #tag = (): void => {
    this.#tags.read(this.#draft);
  };

  readonly #field = (): void => {
    this.#tags.read(this.#draft.fields);
  };

  readonly #log = (): void => {
    const reader = this.#reader;
    const draft = this.#draft;
    if (draft.closed) {
      reader.skip(THRIFT.struct);
      return;
    }
    const time = this.#time;
    time.clear();
    draft.fields.open();
    reader.openStruct();
    while (reader.nextField()) {
      const field = fieldOf(reader.field, reader.type);
      if (field === LOG.timestamp) {
        reader.i64();
        time.setMicros(reader.low, reader.high);
      } else if (field === LOG.fields) readStructs(reader, this.#field);
      else reader.skip(reader.type);
    }
    draft.closeLog(time);
  };

  readonly #reference = (): void => {
    const reader = this.#reader;
    const { closed, references } = this.#draft;
    if (closed) {
      reader.skip(THRIFT.struct);
      return;
    }
    let type = 0;
    references.open();
    reader.openStruct();
    while (reader.nextField()) {
      const field = fieldOf(reader.field, reader.type);
      if (field === REFERENCE.type) type = reader.i32();
      else if (field === REFERENCE.traceIdLow) this.#id(references.words, references.traceAt + LOWER);
      else if (field === REFERENCE.traceIdHigh) this.#id(references.words, references.traceAt);
      else if (field === REFERENCE.spanId) this.#id(references.words, references.spanAt);
      else reader.skip(reader.type);
    }
    references.close(type);
  };
}
