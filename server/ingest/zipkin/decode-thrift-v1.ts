import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import { BinaryReader } from '../../wire/thrift/binary-reader.ts';
import { THRIFT } from '../../wire/thrift/thrift-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { LETTER, ValueText } from '../value-text.ts';
import type { EndpointDraft } from './endpoint-draft.ts';
import { SpanDraft } from './span-draft.ts';
import { type V1Annotation, V1Span, type V1Tag } from './v1-span.ts';
import { V1Writer } from './v1-writer.ts';

/** Field numbers times 16 plus the type: the fields of Zipkin's structs. */
const field = (number: number, type: number): number => (number << 4) | type;
const SPAN = {
  traceId: field(1, THRIFT.i64),
  name: field(3, THRIFT.string),
  id: field(4, THRIFT.i64),
  parentId: field(5, THRIFT.i64),
  annotations: field(6, THRIFT.list),
  binaryAnnotations: field(8, THRIFT.list),
  debug: field(9, THRIFT.bool),
  timestamp: field(10, THRIFT.i64),
  duration: field(11, THRIFT.i64),
  traceIdHigh: field(12, THRIFT.i64),
};
/** Fields by which a refusal names the span. */
const TOLD: ReadonlySet<number> = new Set([SPAN.traceId, SPAN.name, SPAN.id, SPAN.traceIdHigh]);
const ANNOTATION = {
  timestamp: field(1, THRIFT.i64),
  value: field(2, THRIFT.string),
  host: field(3, THRIFT.struct),
};
const BINARY_ANNOTATION = {
  key: field(1, THRIFT.string),
  value: field(2, THRIFT.string),
  type: field(3, THRIFT.i32),
  host: field(4, THRIFT.struct),
};
const ENDPOINT = {
  ipv4: field(1, THRIFT.i32),
  port: field(2, THRIFT.i16),
  service: field(3, THRIFT.string),
  ipv6: field(4, THRIFT.string),
};
/** Types of binary annotations, and how many bytes each has. */
const VALUE = { bool: 0, bytes: 1, i16: 2, i32: 3, i64: 4, double: 5, string: 6 };
const WIDTHS = new Map([
  [VALUE.bool, 1],
  [VALUE.i16, 2],
  [VALUE.i32, 4],
  [VALUE.i64, 8],
  [VALUE.double, 8],
]);

/** Decodes a list of spans, which is no message, from the binary Thrift of Zipkin's first version. */
export function* decodeThriftV1(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const decoder = new Decoder(body, writer);
  yield* decoder.spans();
}

class Decoder {
  readonly #reader: BinaryReader;
  readonly #limits: SpanWriter['limits'];
  readonly #span: V1Span;
  readonly #writer: V1Writer;
  readonly #pace = new Pace();
  readonly #value = new ValueText();
  readonly #word = Buffer.alloc(8);
  /** Of the open span: its first half comes after its second. */
  readonly #traceId = Buffer.alloc(16);

  constructor(body: Uint8Array, writer: SpanWriter) {
    this.#reader = new BinaryReader(body);
    this.#limits = writer.limits;
    this.#span = new V1Span(writer.limits, body);
    this.#writer = new V1Writer(new SpanDraft(writer));
  }

  *spans(): Generator<void, void> {
    const reader = this.#reader;
    const count = reader.openList();
    if (count > 0 && reader.elementType !== THRIFT.struct)
      throw reader.fault(`expected a list of spans, not of type ${reader.elementType}`, 0);
    for (let index = 0; index < count; index++) {
      const from = reader.at;
      // What is left tells without a look that a span is short; otherwise it is passed over first, with pauses.
      const mayBeLong = reader.bytes.length - from > Math.min(BYTES_PER_TURN, this.#limits.spanBytes);
      if (mayBeLong) yield* this.#pass(THRIFT.struct);
      const bytes = reader.at - from;
      reader.at = from;
      this.#open();
      if (bytes > this.#limits.spanBytes) yield* this.#readLarge(bytes);
      else this.#read();
      this.#close();
      if (this.#pace.isOver(reader.at - from)) yield;
    }
    reader.closeList();
    if (reader.at < reader.bytes.length)
      throw reader.fault('something follows the end of the request', reader.at);
  }

  /** Passes over a value of any size. */
  *#pass(type: number): Generator<void, void> {
    const reader = this.#reader;
    let from = reader.at;
    while (!reader.skip(type, BYTES_PER_TURN)) {
      if (this.#pace.isOver(reader.at - from)) yield;
      from = reader.at;
    }
  }

  #open(): void {
    this.#span.clear();
    this.#traceId.fill(0);
  }

  #close(): void {
    const span = this.#span;
    span.traceIdFrom = span.keep(this.#traceId, 0, this.#traceId.length);
    span.traceIdTo = span.scratch.length;
    this.#writer.write(span);
  }

  #read(): void {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) this.#field(field(reader.field, reader.type));
  }

  /** A span over the limit: only what its refusal tells is read. */
  *#readLarge(bytes: number): Generator<void, void> {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      const { at, type } = reader;
      const number = field(reader.field, type);
      yield* this.#pass(type);
      if (!TOLD.has(number) || reader.at - at > this.#limits.attributeBytes) continue;
      reader.at = at;
      this.#field(number);
    }
    this.#span.tooManyBytes = bytes;
  }

  #field(number: number): void {
    const reader = this.#reader;
    const span = this.#span;
    switch (number) {
      case SPAN.traceId:
        this.#readWord(this.#traceId, 8);
        return;
      case SPAN.traceIdHigh:
        this.#readWord(this.#traceId, 0);
        return;
      case SPAN.id:
        span.spanIdFrom = this.#keepWord();
        span.spanIdTo = span.scratch.length;
        return;
      case SPAN.parentId:
        span.parentFrom = this.#keepWord();
        span.parentTo = span.scratch.length;
        return;
      case SPAN.name:
        span.nameFrom = this.#keepString();
        span.nameTo = span.scratch.length;
        return;
      case SPAN.annotations:
        this.#each(this.#annotation);
        return;
      case SPAN.binaryAnnotations:
        this.#each(this.#binaryAnnotation);
        return;
      case SPAN.debug:
        span.isDebug = reader.bool();
        return;
      case SPAN.timestamp:
        reader.i64();
        span.timestamp.setMicros(reader.low, reader.high);
        return;
      case SPAN.duration:
        reader.i64();
        span.duration.setMicros(reader.low, reader.high);
        return;
      default:
        reader.skip(reader.type);
    }
  }

  /** A list of structs; elements of another type mean nothing. */
  #each(read: () => void): void {
    const reader = this.#reader;
    const count = reader.openList();
    const { elementType } = reader;
    for (let index = 0; index < count; index++) {
      if (elementType === THRIFT.struct) read();
      else reader.skip(elementType);
    }
    reader.closeList();
  }

  readonly #annotation = (): void => {
    const reader = this.#reader;
    const annotation = this.#span.addAnnotation();
    if (annotation === undefined) {
      reader.skip(THRIFT.struct);
      return;
    }
    reader.openStruct();
    while (reader.nextField()) this.#annotationField(annotation, field(reader.field, reader.type));
  };

  #annotationField(annotation: V1Annotation, number: number): void {
    const reader = this.#reader;
    if (number === ANNOTATION.timestamp) {
      reader.i64();
      annotation.time.setMicros(reader.low, reader.high);
    } else if (number === ANNOTATION.value) {
      reader.string();
      this.#span.setAnnotationValue(annotation, reader.from, reader.to);
    } else if (number === ANNOTATION.host) this.#endpoint(annotation.endpoint);
    else reader.skip(reader.type);
  }

  readonly #binaryAnnotation = (): void => {
    const reader = this.#reader;
    const tag = this.#span.addTag();
    if (tag === undefined) {
      reader.skip(THRIFT.struct);
      return;
    }
    let type = VALUE.bool;
    let from = 0;
    let to = 0;
    reader.openStruct();
    while (reader.nextField()) {
      const number = field(reader.field, reader.type);
      if (number === BINARY_ANNOTATION.value) {
        reader.binary();
        from = reader.from;
        to = reader.to;
      } else if (number === BINARY_ANNOTATION.type) type = reader.i32();
      else this.#binaryField(tag, number);
    }
    this.#setValue(tag, type, from, to);
  };

  #binaryField(tag: V1Tag, number: number): void {
    const reader = this.#reader;
    if (number === BINARY_ANNOTATION.key) {
      reader.string();
      tag.keyFrom = reader.from;
      tag.keyTo = reader.to;
    } else if (number === BINARY_ANNOTATION.host) this.#endpoint(tag.endpoint);
    else reader.skip(reader.type);
  }

  /** Numbers are written with their highest byte first; what is not as long as its type says stays bytes. */
  #setValue(tag: V1Tag, type: number, from: number, to: number): void {
    const { bytes } = this.#reader;
    if (type === VALUE.string) {
      tag.letter = LETTER.string;
      tag.source = bytes;
      tag.from = from;
      tag.to = to;
      return;
    }
    const value = this.#value;
    const width = WIDTHS.get(type);
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
    if (width !== to - from) value.bytes(bytes, from, to);
    else if (type === VALUE.bool) value.bool(view[0] !== 0);
    else if (type === VALUE.double) value.double(view.readDoubleBE());
    else if (type === VALUE.i64) value.int(view.readUInt32BE(4), view.readUInt32BE(0));
    else this.#setInt(type === VALUE.i16 ? view.readInt16BE() : view.readInt32BE());
    this.#span.keepTagValue(tag, value.letter, value.source, value.from, value.to);
  }

  #setInt(value: number): void {
    this.#value.int(value >>> 0, value < 0 ? 0xffff_ffff : 0);
  }

  #endpoint(endpoint: EndpointDraft): void {
    const reader = this.#reader;
    reader.openStruct();
    while (reader.nextField()) {
      const number = field(reader.field, reader.type);
      if (number === ENDPOINT.ipv4) this.#ipv4(endpoint);
      else if (number === ENDPOINT.port) endpoint.setPort(reader.i16() & 0xffff);
      else if (number === ENDPOINT.service) {
        reader.string();
        endpoint.setService(reader.source, reader.from, reader.to);
      } else if (number === ENDPOINT.ipv6) {
        reader.binary();
        endpoint.setIpv6(reader.source, reader.from, reader.to);
      } else reader.skip(reader.type);
    }
  }

  /** 0 stands for an address that nobody knows. */
  #ipv4(endpoint: EndpointDraft): void {
    const word = this.#word;
    const address = this.#reader.i32();
    if (address === 0) return;
    word.writeInt32BE(address);
    endpoint.setIpv4(word, 0, 4);
  }

  /** Keeps an id; where it begins in the scratch buffer. */
  #keepWord(): number {
    this.#readWord(this.#word, 0);
    return this.#span.keep(this.#word, 0, 8);
  }

  #readWord(target: Buffer, at: number): void {
    const reader = this.#reader;
    reader.i64();
    target.writeUInt32BE(reader.high, at);
    target.writeUInt32BE(reader.low, at + 4);
  }

  #keepString(): number {
    const reader = this.#reader;
    reader.string();
    return this.#span.keep(reader.source, reader.from, reader.to);
  }
}
