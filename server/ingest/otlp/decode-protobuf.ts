import { FIXED32, FIXED64, LENGTH, ProtobufReader, VARINT } from '../../wire/protobuf-reader.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { type SpanWriter, emptyLink } from '../span-writer.ts';
import type { FactDraft } from '../fact-draft.ts';
import { LETTER } from '../value-text.ts';
import { AnyValueText } from './decode-any-value.ts';
import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';

/** Tags are field numbers times eight plus the wire type: the fields of OTLP's messages, by message. */
const tag = (field: number, wire: number): number => (field << 3) | wire;
const RESOURCE_SPANS = tag(1, LENGTH);
const RESOURCE = { resource: tag(1, LENGTH), scopeSpans: tag(2, LENGTH), schemaUrl: tag(3, LENGTH) };
const RESOURCE_BODY = { attribute: tag(1, LENGTH), dropped: tag(2, VARINT) };
const SCOPE = { scope: tag(1, LENGTH), span: tag(2, LENGTH), schemaUrl: tag(3, LENGTH) };
const SCOPE_BODY = {
  name: tag(1, LENGTH),
  version: tag(2, LENGTH),
  attribute: tag(3, LENGTH),
  dropped: tag(4, VARINT),
};
const SPAN_ATTRIBUTE = tag(9, LENGTH);
const KEY = tag(1, LENGTH);
const VALUE = tag(2, LENGTH);
const STRING_VALUE = tag(1, LENGTH);

/** Decodes an ExportTraceServiceRequest from protobuf. */
export function* decodeProtobuf(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const decoder = new Decoder(body, writer);
  yield* decoder.request();
}

class Decoder {
  readonly #reader: ProtobufReader;
  readonly #writer: SpanWriter;
  readonly #value: AnyValueText;
  readonly #pace = new Pace();

  constructor(body: Uint8Array, writer: SpanWriter) {
    this.#reader = new ProtobufReader(body);
    this.#writer = writer;
    this.#value = new AnyValueText(writer.limits);
  }

  *request(): Generator<void, void> {
    const reader = this.#reader;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === RESOURCE_SPANS) {
        const outer = reader.enter();
        yield* this.#resourceSpans();
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#pace.isOver(0)) yield;
    }
  }

  /** The resource may stand behind its spans, so it is looked for first. */
  *#resourceSpans(): Generator<void, void> {
    const reader = this.#reader;
    const begin = reader.at;
    const { origin } = this.#writer;
    origin.openResource();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      if (field === RESOURCE.resource)
        this.#message(origin.resource, (inner) => {
          this.#resourceField(inner);
        });
      else if (field === RESOURCE.schemaUrl) origin.resource.schemaUrl = this.#text();
      else reader.skip(field);
      if (this.#pace.isOver(field === RESOURCE.scopeSpans ? 0 : reader.at - from)) yield;
    }
    origin.closeResource();
    reader.at = begin;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === RESOURCE.scopeSpans) {
        const outer = reader.enter();
        yield* this.#scopeSpans();
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#pace.isOver(0)) yield;
    }
  }

  /** A resource or a scope, unless it is over the limit of a span: it belongs to many. */
  #message(draft: FactDraft, read: (field: number) => void): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const bytes = reader.end - reader.at;
    if (bytes > this.#writer.limits.spanBytes) draft.refuseSize(bytes);
    else for (let field = reader.tag(); field !== 0; field = reader.tag()) read(field);
    reader.leave(outer);
  }

  #resourceField(field: number): void {
    const draft = this.#writer.origin.resource;
    if (field === RESOURCE_BODY.attribute) this.#attribute(draft);
    else if (field === RESOURCE_BODY.dropped) draft.droppedAttributes = this.#reader.uint32();
    else this.#reader.skip(field);
  }

  *#scopeSpans(): Generator<void, void> {
    const reader = this.#reader;
    const begin = reader.at;
    yield* this.#scope();
    reader.at = begin;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      if (field === SCOPE.span) {
        const outer = reader.enter();
        if (reader.end - reader.at > BYTES_PER_TURN) yield* this.#largeSpan();
        else this.#span();
        reader.leave(outer);
      } else reader.skip(field);
      if (this.#pace.isOver(reader.at - from)) yield;
    }
  }

  *#scope(): Generator<void, void> {
    const reader = this.#reader;
    const { origin } = this.#writer;
    const names = { name: '', version: '' };
    origin.openScope();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      if (field === SCOPE.scope)
        this.#message(origin.scope, (inner) => {
          this.#scopeField(names, inner);
        });
      else if (field === SCOPE.schemaUrl) origin.scope.schemaUrl = this.#text();
      else reader.skip(field);
      if (this.#pace.isOver(field === SCOPE.span ? 0 : reader.at - from)) yield;
    }
    origin.closeScope(names.name, names.version);
  }

  #scopeField(names: { name: string; version: string }, field: number): void {
    const draft = this.#writer.origin.scope;
    if (field === SCOPE_BODY.name) names.name = this.#text();
    else if (field === SCOPE_BODY.version) names.version = this.#text();
    else if (field === SCOPE_BODY.attribute) this.#attribute(draft);
    else if (field === SCOPE_BODY.dropped) draft.droppedAttributes = this.#reader.uint32();
    else this.#reader.skip(field);
  }

  #span(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    this.#openSpan();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === SPAN_ATTRIBUTE) this.#attribute(writer.attributes);
      else this.#spanField(field);
    }
    writer.closeSpan();
  }

  /** The same with pauses. */
  *#largeSpan(): Generator<void, void> {
    const reader = this.#reader;
    this.#openSpan();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      const from = reader.at;
      if (field === SPAN_ATTRIBUTE) this.#attribute(this.#writer.attributes);
      else this.#spanField(field);
      if (this.#pace.isOver(reader.at - from)) yield;
    }
    this.#writer.closeSpan();
  }

  #openSpan(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const bytes = reader.end - reader.at;
    writer.openSpan(reader.bytes);
    if (bytes > writer.limits.spanBytes) writer.refuseSize(bytes);
  }

  #spanField(field: number): void {
    const reader = this.#reader;
    const writer = this.#writer;
    switch (field) {
      case tag(1, LENGTH):
        reader.range();
        writer.traceIdFrom = reader.from;
        writer.traceIdTo = reader.at;
        return;
      case tag(2, LENGTH):
        reader.range();
        writer.spanIdFrom = reader.from;
        writer.spanIdTo = reader.at;
        return;
      case tag(3, LENGTH):
        reader.range();
        writer.stateFrom = reader.from;
        writer.stateTo = reader.at;
        return;
      case tag(4, LENGTH):
        reader.range();
        writer.parentFrom = reader.from;
        writer.parentTo = reader.at;
        return;
      case tag(5, LENGTH):
        reader.range();
        writer.nameFrom = reader.from;
        writer.nameTo = reader.at;
        return;
      case tag(6, VARINT):
        writer.kind = reader.uint32();
        return;
      case tag(7, FIXED64):
        reader.fixed64();
        writer.startLow = reader.low;
        writer.startHigh = reader.high;
        return;
      case tag(8, FIXED64):
        reader.fixed64();
        writer.endLow = reader.low;
        writer.endHigh = reader.high;
        return;
      case tag(10, VARINT):
        writer.droppedAttributes = reader.uint32();
        return;
      case tag(11, LENGTH):
        if (writer.closed) reader.skip(field);
        else this.#event();
        return;
      case tag(12, VARINT):
        writer.droppedEvents = reader.uint32();
        return;
      case tag(13, LENGTH):
        if (writer.closed) reader.skip(field);
        else this.#link();
        return;
      case tag(14, VARINT):
        writer.droppedLinks = reader.uint32();
        return;
      case tag(15, LENGTH):
        this.#status();
        return;
      case tag(16, FIXED32):
        writer.flags = reader.fixed32();
        return;
      default:
        reader.skip(field);
    }
  }

  #status(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === tag(2, LENGTH)) {
        reader.range();
        writer.messageFrom = reader.from;
        writer.messageTo = reader.at;
      } else if (field === tag(3, VARINT)) writer.status = reader.uint32();
      else reader.skip(field);
    }
    reader.leave(outer);
  }

  #event(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    let timeLow = 0;
    let timeHigh = 0;
    let nameFrom = 0;
    let nameTo = 0;
    let dropped = 0;
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === tag(1, FIXED64)) {
        reader.fixed64();
        timeLow = reader.low;
        timeHigh = reader.high;
      } else if (field === tag(2, LENGTH)) {
        reader.range();
        nameFrom = reader.from;
        nameTo = reader.at;
      } else if (field === tag(3, LENGTH)) this.#attribute(writer.eventAttributes);
      else if (field === tag(4, VARINT)) dropped = reader.uint32();
      else reader.skip(field);
    }
    reader.leave(outer);
    writer.closeEvent(timeLow, timeHigh, reader.bytes, nameFrom, nameTo, dropped);
  }

  #link(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    const link = emptyLink();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === tag(1, LENGTH)) {
        reader.range();
        link.traceIdFrom = reader.from;
        link.traceIdTo = reader.at;
      } else if (field === tag(2, LENGTH)) {
        reader.range();
        link.spanIdFrom = reader.from;
        link.spanIdTo = reader.at;
      } else if (field === tag(3, LENGTH)) {
        reader.range();
        link.stateFrom = reader.from;
        link.stateTo = reader.at;
      } else if (field === tag(4, LENGTH)) this.#attribute(writer.linkAttributes);
      else if (field === tag(5, VARINT)) link.droppedAttributes = reader.uint32();
      else if (field === tag(6, FIXED32)) link.flags = reader.fixed32();
      else reader.skip(field);
    }
    reader.leave(outer);
    writer.closeLink(reader.bytes, link);
  }

  #attribute(sink: AttributeSink): void {
    const reader = this.#reader;
    if (sink.closed) {
      reader.range();
      return;
    }
    if (this.#shortString(sink)) return;
    const value = this.#value;
    let keyFrom = 0;
    let keyTo = 0;
    value.clear();
    const outer = reader.enter();
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === KEY) {
        reader.range();
        keyFrom = reader.from;
        keyTo = reader.at;
      } else if (field === VALUE) {
        const end = reader.enter();
        value.decode(reader);
        reader.leave(end);
      } else reader.skip(field);
    }
    reader.leave(outer);
    if (value.tooDeep) sink.refuseNesting();
    else sink.put(reader.bytes, keyFrom, keyTo, value.letter, value.source, value.from, value.to);
  }

  /**
   * What nearly every attribute is: a key, then a string, all lengths below 128 and nothing else. Told by nine bytes and
   * four sums; whatever looks different in any of them is left to the general way.
   */
  #shortString(sink: AttributeSink): boolean {
    const reader = this.#reader;
    const { bytes, at } = reader;
    const length = bytes[at]!;
    const keyLength = bytes[at + 2]!;
    const valueAt = at + 3 + keyLength;
    const end = at + 1 + length;
    const textAt = valueAt + 4;
    if (length >= 0x80 || keyLength >= 0x80 || textAt > end || end > reader.end) return false;
    const isShort =
      bytes[at + 1] === KEY &&
      bytes[valueAt] === VALUE &&
      bytes[valueAt + 1] === end - valueAt - 2 &&
      bytes[valueAt + 2] === STRING_VALUE &&
      bytes[valueAt + 3] === end - textAt;
    if (!isShort) return false;
    reader.at = end;
    sink.put(bytes, at + 3, valueAt, LETTER.string, bytes, textAt, end);
    return true;
  }

  #text(): string {
    const reader = this.#reader;
    reader.range();
    return Buffer.from(reader.bytes.subarray(reader.from, reader.at)).toString('utf8');
  }
}
