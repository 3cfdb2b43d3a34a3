import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import { FIXED64, LENGTH, ProtobufReader, VARINT } from '../../wire/protobuf-reader.ts';
import type { SpanWriter } from '../span-writer.ts';
import { LETTER } from '../value-text.ts';
import type { EndpointDraft } from './endpoint-draft.ts';
import { Nanos } from '../nanos.ts';
import { SpanDraft } from './span-draft.ts';

/** Tags are field numbers times eight plus the wire type: the fields of Zipkin's messages. */
const tag = (field: number, wire: number): number => (field << 3) | wire;
const SPANS = tag(1, LENGTH);
const SPAN_TAG = tag(11, LENGTH);
const ENDPOINT = {
  service: tag(1, LENGTH),
  ipv4: tag(2, LENGTH),
  ipv6: tag(3, LENGTH),
  port: tag(4, VARINT),
};
const ANNOTATION = { timestamp: tag(1, FIXED64), value: tag(2, LENGTH) };
const KEY = tag(1, LENGTH);
const VALUE = tag(2, LENGTH);
/** Kinds by number in OTLP, at their numbers in Zipkin: client, server, producer, consumer. */
const KINDS = [0, 3, 2, 4, 5];

/** Decodes Zipkin's ListOfSpans from protobuf. */
export function* decodeProtobuf(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const decoder = new Decoder(body, writer);
  yield* decoder.spans();
}

class Decoder {
  readonly #reader: ProtobufReader;
  readonly #writer: SpanWriter;
  readonly #draft: SpanDraft;
  readonly #pace = new Pace();
  readonly #time = new Nanos();

  constructor(body: Uint8Array, writer: SpanWriter) {
    this.#reader = new ProtobufReader(body);
    this.#writer = writer;
    this.#draft = new SpanDraft(writer);
  }

  *spans(): Generator<void, void> {
    const reader = this.#reader;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      if (field === SPANS) {
        const outer = reader.enter();
        if (reader.end - reader.at > BYTES_PER_TURN) yield* this.#largeSpan();
        else this.#span();
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#pace.isOver(reader.at - from)) yield;
    }
  }

  #span(): void {
    const reader = this.#reader;
    this.#open();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === SPAN_TAG) this.#tag();
      else this.#field(field);
    }
    this.#draft.close();
  }

  /** The same with pauses. */
  *#largeSpan(): Generator<void, void> {
    const reader = this.#reader;
    this.#open();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      this.#field(field);
      if (this.#pace.isOver(reader.at - from)) yield;
    }
    this.#draft.close();
  }

  #open(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const bytes = reader.end - reader.at;
    this.#draft.open(reader.bytes);
    if (bytes > writer.limits.spanBytes) writer.refuseSize(bytes);
  }

  #field(field: number): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const draft = this.#draft;
    switch (field) {
      case SPAN_TAG:
        this.#tag();
        return;
      case tag(1, LENGTH):
        reader.range();
        writer.traceIdFrom = reader.from;
        writer.traceIdTo = reader.at;
        return;
      case tag(2, LENGTH):
        reader.range();
        writer.parentFrom = reader.from;
        writer.parentTo = reader.at;
        return;
      case tag(3, LENGTH):
        reader.range();
        writer.spanIdFrom = reader.from;
        writer.spanIdTo = reader.at;
        return;
      case tag(4, VARINT):
        draft.kind = KINDS[reader.uint32()] ?? 0;
        return;
      case tag(5, LENGTH):
        reader.range();
        writer.nameFrom = reader.from;
        writer.nameTo = reader.at;
        return;
      case tag(6, FIXED64):
        reader.fixed64();
        draft.timestamp.setMicros(reader.low, reader.high);
        return;
      case tag(7, VARINT):
        reader.varint64();
        draft.duration.setMicros(reader.low, reader.high);
        return;
      case tag(8, LENGTH):
        if (writer.closed) reader.skip(field);
        else this.#endpoint(draft.local);
        return;
      case tag(9, LENGTH):
        if (writer.closed) reader.skip(field);
        else this.#endpoint(draft.remote);
        return;
      case tag(10, LENGTH):
        if (writer.closed) reader.skip(field);
        else this.#annotation();
        return;
      case tag(12, VARINT):
        draft.isDebug = reader.uint32() !== 0;
        return;
      default:
        reader.skip(field);
    }
  }

  #endpoint(endpoint: EndpointDraft): void {
    const reader = this.#reader;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === ENDPOINT.service) {
        reader.range();
        endpoint.setService(reader.bytes, reader.from, reader.at);
      } else if (field === ENDPOINT.ipv4) {
        reader.range();
        endpoint.setIpv4(reader.bytes, reader.from, reader.at);
      } else if (field === ENDPOINT.ipv6) {
        reader.range();
        endpoint.setIpv6(reader.bytes, reader.from, reader.at);
      } else if (field === ENDPOINT.port) endpoint.setPort(reader.uint32());
      else reader.skip(field);
    }
    reader.leave(outer);
  }

  #annotation(): void {
    const reader = this.#reader;
    const time = this.#time;
    let from = 0;
    let to = 0;
    time.clear();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === ANNOTATION.timestamp) {
        reader.fixed64();
        time.setMicros(reader.low, reader.high);
      } else if (field === ANNOTATION.value) {
        reader.range();
        from = reader.from;
        to = reader.at;
      } else reader.skip(field);
    }
    reader.leave(outer);
    this.#draft.putAnnotation(time, reader.bytes, from, to);
  }

  #tag(): void {
    const reader = this.#reader;
    if (this.#writer.closed) {
      reader.range();
      return;
    }
    if (this.#shortTag()) return;
    let keyFrom = 0;
    let keyTo = 0;
    let from = 0;
    let to = 0;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === KEY) {
        reader.range();
        keyFrom = reader.from;
        keyTo = reader.at;
      } else if (field === VALUE) {
        reader.range();
        from = reader.from;
        to = reader.at;
      } else reader.skip(field);
    }
    reader.leave(outer);
    this.#draft.putTag(reader.bytes, keyFrom, keyTo, LETTER.string, reader.bytes, from, to);
  }

  /**
   * What nearly every tag is: a key, then a value, all lengths below 128 and nothing else. Whatever looks different is left
   * to the general way.
   */
  #shortTag(): boolean {
    const reader = this.#reader;
    const { bytes, at } = reader;
    const length = bytes[at]!;
    const keyLength = bytes[at + 2]!;
    const valueAt = at + 3 + keyLength;
    const end = at + 1 + length;
    const textAt = valueAt + 2;
    if (length >= 0x80 || keyLength >= 0x80 || textAt > end || end > reader.end) return false;
    const isShort = bytes[at + 1] === KEY && bytes[valueAt] === VALUE && bytes[valueAt + 1] === end - textAt;
    if (!isShort) return false;
    reader.at = end;
    this.#draft.putTag(bytes, at + 3, valueAt, LETTER.string, bytes, textAt, end);
    return true;
  }
}
