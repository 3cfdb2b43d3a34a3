import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import { JsonReader } from '../../wire/json-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ValueText } from '../value-text.ts';
import { readEndpoint, readMicros } from './json-fields.ts';
import { type JsonSpan, readSpans } from './json-spans.ts';
import { readTagValue } from './json-tag-value.ts';
import { Nanos } from '../nanos.ts';
import { SpanDraft } from './span-draft.ts';

/** Field numbers by name, per object. */
const SPAN = new FieldNames([
  ['traceId'],
  ['parentId'],
  ['id'],
  ['kind'],
  ['name'],
  ['timestamp'],
  ['duration'],
  ['localEndpoint'],
  ['remoteEndpoint'],
  ['annotations'],
  ['tags'],
  ['debug'],
]);
const TOLD: ReadonlySet<number> = new Set([1, 3, 5]);
const ANNOTATION = new FieldNames([['timestamp'], ['value']]);
/** By number in OTLP, less one; the first is none of Zipkin's. */
const KINDS = new FieldNames([[], ['SERVER'], ['CLIENT'], ['PRODUCER'], ['CONSUMER']]);

/** Decodes a list of spans from the JSON of Zipkin's second version. */
export function* decodeJsonV2(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const reader = new JsonReader(body, 'Zipkin JSON');
  yield* readSpans(reader, new SpanReader(reader, writer), writer.limits);
}

class SpanReader implements JsonSpan {
  readonly names = SPAN;
  readonly told = TOLD;
  readonly #reader: JsonReader;
  readonly #writer: SpanWriter;
  readonly #draft: SpanDraft;
  /** What of a tag or an annotation must outlive the string that is read next. */
  readonly #kept = new Bytes(256);
  readonly #value = new ValueText();
  readonly #time = new Nanos();

  constructor(reader: JsonReader, writer: SpanWriter) {
    this.#reader = reader;
    this.#writer = writer;
    this.#draft = new SpanDraft(writer);
  }

  open(): void {
    this.#draft.open();
  }

  refuseSize(bytes: number): void {
    this.#writer.refuseSize(bytes);
  }

  close(): void {
    this.#draft.close();
  }

  read(field: number): void {
    const reader = this.#reader;
    const draft = this.#draft;
    switch (field) {
      case 1:
        reader.string('traceId');
        draft.setHexTraceId(reader.source, reader.from, reader.to);
        return;
      case 2:
        reader.string('parentId');
        draft.setHexParentId(reader.source, reader.from, reader.to);
        return;
      case 3:
        reader.string('id');
        draft.setHexSpanId(reader.source, reader.from, reader.to);
        return;
      case 4:
        this.#kind();
        return;
      case 5:
        reader.string('name');
        draft.setName(reader.source, reader.from, reader.to);
        return;
      case 6:
        readMicros(reader, 'timestamp', draft.timestamp);
        return;
      case 7:
        readMicros(reader, 'duration', draft.duration);
        return;
      case 8:
        readEndpoint(reader, 'localEndpoint', draft.local);
        return;
      case 9:
        readEndpoint(reader, 'remoteEndpoint', draft.remote);
        return;
      case 10:
        this.#annotations();
        return;
      case 11:
        this.#tags();
        return;
      case 12:
        draft.isDebug = reader.boolean('debug');
        return;
      default:
        reader.skip();
    }
  }

  /** A kind that nobody knows is none. */
  #kind(): void {
    const reader = this.#reader;
    reader.string('kind');
    this.#draft.kind = KINDS.find(reader.source, reader.from, reader.to);
  }

  #tags(): void {
    const reader = this.#reader;
    if (!reader.openObject('tags')) return;
    for (let first = true; reader.nextField(first); first = false) {
      if (this.#writer.closed) reader.skip();
      else if (reader.source === reader.bytes) this.#tag(reader.bytes, reader.from, reader.to);
      else {
        this.#keep();
        this.#tag(this.#kept.data, 0, this.#kept.length);
      }
    }
  }

  #tag(keySource: Uint8Array, keyFrom: number, keyTo: number): void {
    const value = this.#value;
    readTagValue(this.#reader, value);
    this.#draft.putTag(keySource, keyFrom, keyTo, value.letter, value.source, value.from, value.to);
  }

  #annotations(): void {
    const reader = this.#reader;
    if (!reader.openArray('annotations')) return;
    for (let first = true; reader.nextElement(first); first = false) {
      if (this.#writer.closed) reader.skip();
      else this.#annotation();
    }
  }

  #annotation(): void {
    const reader = this.#reader;
    if (!reader.openObject('annotation')) return;
    this.#time.clear();
    this.#kept.length = 0;
    for (let first = true; reader.nextField(first); first = false) {
      const field = ANNOTATION.find(reader.source, reader.from, reader.to);
      if (field === 1) readMicros(reader, 'timestamp of an annotation', this.#time);
      else if (field === 2) {
        reader.string('value of an annotation');
        this.#keep();
      } else reader.skip();
    }
    this.#draft.putAnnotation(this.#time, this.#kept.data, 0, this.#kept.length);
  }

  /** The string that was read last. */
  #keep(): void {
    const reader = this.#reader;
    this.#kept.length = 0;
    this.#kept.copy(reader.source, reader.from, reader.to);
  }
}
