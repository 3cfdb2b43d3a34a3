import { FieldNames } from '../../wire/field-names.ts';
import { JsonReader } from '../../wire/json-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { ValueText } from '../value-text.ts';
import { readEndpoint, readMicros } from './json-fields.ts';
import { type JsonSpan, readSpans } from './json-spans.ts';
import { readTagValue } from './json-tag-value.ts';
import { numberValue } from './json-value.ts';
import { SpanDraft } from './span-draft.ts';
import { V1Span, type V1Tag } from './v1-span.ts';
import { V1Writer } from './v1-writer.ts';

/** Field numbers by name, per object. */
const SPAN = new FieldNames([
  ['traceId'],
  ['name'],
  ['id'],
  ['parentId'],
  ['timestamp'],
  ['duration'],
  ['annotations'],
  ['binaryAnnotations'],
  ['debug'],
]);
const TOLD: ReadonlySet<number> = new Set([1, 2, 3]);
const ANNOTATION = new FieldNames([['timestamp'], ['value'], ['endpoint']]);
const BINARY_ANNOTATION = new FieldNames([['key'], ['value'], ['endpoint'], ['type']]);
const OPEN_OBJECT = 0x7b;
const TYPE = { bool: 1, bytes: 2, whole: 3, double: 4 };
const TYPES = new FieldNames([['BOOL'], ['BYTES'], ['I16', 'I32', 'I64'], ['DOUBLE']]);
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Decodes a list of spans from the JSON of Zipkin's first version. */
export function* decodeJsonV1(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const reader = new JsonReader(body, 'Zipkin JSON');
  yield* readSpans(reader, new SpanReader(reader, writer), writer.limits);
}

class SpanReader implements JsonSpan {
  readonly names = SPAN;
  readonly told = TOLD;
  readonly #reader: JsonReader;
  readonly #span: V1Span;
  readonly #writer: V1Writer;
  readonly #value = new ValueText();

  constructor(reader: JsonReader, writer: SpanWriter) {
    this.#reader = reader;
    this.#span = new V1Span(writer.limits);
    this.#writer = new V1Writer(new SpanDraft(writer));
  }

  open(): void {
    this.#span.clear();
  }

  refuseSize(bytes: number): void {
    this.#span.tooManyBytes = bytes;
  }

  close(): void {
    this.#writer.write(this.#span);
  }

  read(field: number): void {
    const reader = this.#reader;
    const span = this.#span;
    switch (field) {
      case 1:
        span.traceIdFrom = this.#keep('traceId');
        span.traceIdTo = span.scratch.length;
        return;
      case 2:
        span.nameFrom = this.#keep('name');
        span.nameTo = span.scratch.length;
        return;
      case 3:
        span.spanIdFrom = this.#keep('id');
        span.spanIdTo = span.scratch.length;
        return;
      case 4:
        span.parentFrom = this.#keep('parentId');
        span.parentTo = span.scratch.length;
        return;
      case 5:
        readMicros(reader, 'timestamp', span.timestamp);
        return;
      case 6:
        readMicros(reader, 'duration', span.duration);
        return;
      case 7:
        if (!reader.openArray('annotations')) return;
        for (let first = true; reader.nextElement(first); first = false) this.#annotation();
        return;
      case 8:
        if (!reader.openArray('binaryAnnotations')) return;
        for (let first = true; reader.nextElement(first); first = false) this.#binaryAnnotation();
        return;
      case 9:
        span.isDebug = reader.boolean('debug');
        return;
      default:
        reader.skip();
    }
  }

  #annotation(): void {
    const reader = this.#reader;
    const span = this.#span;
    const annotation = reader.peek() === OPEN_OBJECT ? span.addAnnotation() : undefined;
    if (annotation === undefined) {
      reader.skip();
      return;
    }
    reader.openObject('annotation');
    for (let first = true; reader.nextField(first); first = false) {
      const field = ANNOTATION.find(reader.source, reader.from, reader.to);
      if (field === 1) readMicros(reader, 'timestamp of an annotation', annotation.time);
      else if (field === 2) {
        const from = this.#keep('value of an annotation');
        span.setAnnotationValue(annotation, from, span.scratch.length);
      } else if (field === 3) readEndpoint(reader, 'endpoint of an annotation', annotation.endpoint);
      else reader.skip();
    }
  }

  #binaryAnnotation(): void {
    const reader = this.#reader;
    const tag = reader.peek() === OPEN_OBJECT ? this.#span.addTag() : undefined;
    if (tag === undefined) {
      reader.skip();
      return;
    }
    let type = 0;
    reader.openObject('binary annotation');
    for (let first = true; reader.nextField(first); first = false) {
      const field = BINARY_ANNOTATION.find(reader.source, reader.from, reader.to);
      if (field === 4) {
        reader.string('type of a binary annotation');
        type = TYPES.find(reader.source, reader.from, reader.to);
      } else this.#binaryField(tag, field);
    }
    if (type !== 0) this.#retype(tag, type);
  }

  #binaryField(tag: V1Tag, field: number): void {
    const reader = this.#reader;
    if (field === 1) {
      tag.keyFrom = this.#keep('key of a binary annotation');
      tag.keyTo = this.#span.scratch.length;
    } else if (field === 2) {
      readTagValue(reader, this.#value);
      this.#setValue(tag);
    } else if (field === 3) readEndpoint(reader, 'endpoint of a binary annotation', tag.endpoint);
    else reader.skip();
  }

  /** Gives a value the type that stands beside it; one that cannot be of that type stays what it is. */
  #retype(tag: V1Tag, type: number): void {
    const value = this.#value;
    const text = Buffer.from(tag.source.subarray(tag.from, tag.to)).toString();
    if (type === TYPE.bool && (text === 'true' || text === 'false')) value.bool(text === 'true');
    else if (type === TYPE.bytes) value.value({ type: 'bytes', value: Buffer.from(text, 'base64') });
    else if (!NUMBER.test(text)) return;
    else if (type === TYPE.whole) value.value(numberValue(text));
    else if (type === TYPE.double) value.double(Number(text));
    else return;
    this.#setValue(tag);
  }

  #setValue(tag: V1Tag): void {
    const { letter, source, from, to } = this.#value;
    this.#span.keepTagValue(tag, letter, source, from, to);
  }

  /** Keeps a string; where it begins in the scratch buffer. */
  #keep(what: string): number {
    const reader = this.#reader;
    reader.string(what);
    return this.#span.keep(reader.source, reader.from, reader.to);
  }
}
