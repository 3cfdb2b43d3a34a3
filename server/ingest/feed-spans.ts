import { TYPE_LETTERS, presentValue } from '../columns/attribute-text.ts';
import { Bytes } from '../wire/bytes.ts';
import type { Attributes } from '../span/attribute.ts';
import {
  SPAN_KINDS,
  STATUS_CODES,
  type Resource,
  type Scope,
  type Span,
  type SpanLink,
} from '../span/span.ts';
import type { AttributeSink } from './attribute-sink.ts';
import type { Decode } from './intake.ts';
import { type SpanWriter, emptyLink } from './span-writer.ts';

const SPANS_PER_TURN = 256;
const MASK_32 = 0xffff_ffffn;

/** Spans that are values already (an import, an archive, a test) as an input like any other: the body is not looked at. */
export function feedSpans(spans: readonly Span[]): Decode {
  return function* feed(_body, writer) {
    const feeder = new Feeder(writer);
    let untilPause = SPANS_PER_TURN;
    for (const span of spans) {
      feeder.span(span);
      if (--untilPause === 0) {
        untilPause = SPANS_PER_TURN;
        yield;
      }
    }
  };
}

class Feeder {
  readonly #writer: SpanWriter;
  readonly #scratch = new Bytes(1024);
  readonly #key = new Bytes(128);
  readonly #value = new Bytes(256);
  #resource: Resource | undefined;
  #scope: Scope | undefined;

  constructor(writer: SpanWriter) {
    this.#writer = writer;
  }

  span(span: Span): void {
    this.#origin(span);
    const writer = this.#writer;
    const scratch = this.#scratch;
    scratch.length = 0;
    writer.openSpan(scratch.data);
    [writer.traceIdFrom, writer.traceIdTo] = this.#hex(span.traceId);
    [writer.spanIdFrom, writer.spanIdTo] = this.#hex(span.spanId);
    [writer.parentFrom, writer.parentTo] = this.#hex(span.parentSpanId ?? '');
    [writer.nameFrom, writer.nameTo] = this.#text(span.name);
    [writer.stateFrom, writer.stateTo] = this.#text(span.traceState);
    [writer.messageFrom, writer.messageTo] = this.#text(span.statusMessage);
    [writer.startLow, writer.startHigh] = halves(span.startNanos);
    [writer.endLow, writer.endHigh] = halves(span.startNanos + span.durationNanos);
    writer.kind = SPAN_KINDS.indexOf(span.kind);
    writer.status = STATUS_CODES.indexOf(span.statusCode);
    writer.flags = span.flags;
    writer.droppedAttributes = span.droppedAttributesCount;
    writer.droppedEvents = span.droppedEventsCount;
    writer.droppedLinks = span.droppedLinksCount;
    this.#attributes(writer.attributes, span.attributes);
    this.#events(span);
    for (const link of span.links) this.#link(link);
    writer.source = scratch.data;
    writer.closeSpan();
  }

  #origin(span: Span): void {
    const { origin } = this.#writer;
    if (span.resource !== this.#resource) {
      this.#resource = span.resource;
      origin.openResource();
      this.#attributes(origin.resource, span.resource.attributes);
      origin.resource.schemaUrl = span.resource.schemaUrl;
      origin.resource.droppedAttributes = span.resource.droppedAttributesCount;
      origin.closeResource();
    }
    if (span.scope === this.#scope) return;
    this.#scope = span.scope;
    origin.openScope();
    this.#attributes(origin.scope, span.scope.attributes);
    origin.scope.schemaUrl = span.scope.schemaUrl;
    origin.scope.droppedAttributes = span.scope.droppedAttributesCount;
    origin.closeScope(span.scope.name, span.scope.version);
  }

  #events(span: Span): void {
    const writer = this.#writer;
    for (const event of span.events) {
      this.#attributes(writer.eventAttributes, event.attributes);
      const [from, to] = this.#text(event.name);
      const [low, high] = halves(event.timeNanos);
      writer.closeEvent(low, high, this.#scratch.data, from, to, event.droppedAttributesCount);
    }
  }

  #link(link: SpanLink): void {
    const draft = emptyLink();
    [draft.traceIdFrom, draft.traceIdTo] = this.#hex(link.traceId);
    [draft.spanIdFrom, draft.spanIdTo] = this.#hex(link.spanId);
    [draft.stateFrom, draft.stateTo] = this.#text(link.traceState);
    draft.droppedAttributes = link.droppedAttributesCount;
    draft.flags = link.flags;
    this.#attributes(this.#writer.linkAttributes, link.attributes);
    this.#writer.closeLink(this.#scratch.data, draft);
  }

  #attributes(sink: AttributeSink, attributes: Attributes): void {
    const key = this.#key;
    const value = this.#value;
    for (const attribute of attributes) {
      key.length = value.length = 0;
      key.utf8(attribute.key);
      value.utf8(presentValue(attribute.value));
      const letter = TYPE_LETTERS[attribute.value.type].charCodeAt(0);
      sink.put(key.data, 0, key.length, letter, value.data, 0, value.length);
    }
  }

  #text(text: string): readonly [number, number] {
    const from = this.#scratch.length;
    this.#scratch.utf8(text);
    return [from, this.#scratch.length];
  }

  #hex(text: string): readonly [number, number] {
    const from = this.#scratch.length;
    const bytes = Buffer.from(text, 'hex');
    this.#scratch.copy(bytes, 0, bytes.length);
    return [from, this.#scratch.length];
  }
}

function halves(value: bigint): readonly [number, number] {
  return [Number(value & MASK_32), Number((value >> 32n) & MASK_32)];
}
