import type { Attributes } from '../../span/attribute.ts';
import { Bytes } from '../../wire/bytes.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { isResourceKey } from '../resource-keys.ts';
import { SpanTags } from '../span-tags.ts';
import { type SpanWriter, emptyLink } from '../span-writer.ts';
import { ValueText } from '../value-text.ts';
import { AddressTags } from './address-tags.ts';
import { EndpointDraft } from './endpoint-draft.ts';
import { mayHoldAttributes, parseEventText, parseLinkText } from './event-text.ts';
import { appendHexId } from '../../wire/hex.ts';
import type { JsonBudget } from './json-value.ts';
import { Nanos } from '../nanos.ts';
import { SpanResource } from './span-resource.ts';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** `flags` of a span that was sampled, as every debug span is. */
const SAMPLED = 1;
/** Of a span, in texts that hold JSON: some dozen milliseconds. What is beyond stays text. */
const MAX_JSON_VALUES = 8192;
const DEBUG = Buffer.from('zipkin.debug');
const LINK = Buffer.from('otlp.link.');

/**
 * A Zipkin span on its way into the writer, whatever it was read from: its fields in any order, then `close`. What Zipkin
 * has no field for is found where OpenTelemetry's exporters put it: in tags and in the values of annotations.
 */
export class SpanDraft {
  readonly writer: SpanWriter;
  /** By number in OTLP; 0 leaves it to the tag `span.kind`. */
  kind = 0;
  isDebug = false;
  readonly timestamp = new Nanos();
  readonly duration = new Nanos();
  /** Of a span without a duration, if something else than its annotations tells it. */
  readonly end = new Nanos();
  readonly local: EndpointDraft;
  readonly remote: EndpointDraft;
  /** What ids and name are ranges of, where they stand as they are stored; otherwise they are copied. */
  #source: Uint8Array | undefined;
  /** Texts of the open span that stand nowhere else. */
  readonly #scratch = new Bytes(1024);
  readonly #earliest = new Nanos();
  readonly #latest = new Nanos();
  readonly #tags: SpanTags;
  readonly #resource: SpanResource;
  readonly #addresses: AddressTags;
  readonly #value = new ValueText();
  readonly #budget: JsonBudget;

  constructor(writer: SpanWriter) {
    this.writer = writer;
    this.#budget = { nesting: writer.limits.nesting, values: 0 };
    this.local = new EndpointDraft(this.#scratch);
    this.remote = new EndpointDraft(this.#scratch);
    this.#tags = new SpanTags(writer, 'message');
    this.#resource = new SpanResource(writer.origin);
    this.#addresses = new AddressTags(writer.attributes);
  }

  /** With a source, ids and name are set as its ranges, in the writer; without one by the methods below. */
  open(source?: Uint8Array): void {
    this.#source = source;
    this.#scratch.length = 0;
    this.writer.openSpan(source ?? this.#scratch.data);
    this.kind = 0;
    this.isDebug = false;
    this.#budget.values = MAX_JSON_VALUES;
    this.timestamp.clear();
    this.duration.clear();
    this.end.clear();
    this.#earliest.clear();
    this.#latest.clear();
    this.local.clear();
    this.remote.clear();
    this.#tags.openSpan();
    this.#resource.openSpan();
    this.#addresses.openSpan();
  }

  close(): void {
    const { writer } = this;
    if (this.kind !== 0) writer.kind = this.kind;
    this.#closeTimes();
    if (this.isDebug) this.#closeDebug();
    this.#addresses.closeSpan(this.#scratch, this.local, this.remote);
    if (writer.traceIdTo - writer.traceIdFrom === TRACE_ID_BYTES / 2) this.#padTraceId();
    this.#dropOwnParent();
    const { serviceFrom, serviceTo } = this.local;
    if (this.#resource.closeSpan(this.#scratch.data, serviceFrom, serviceTo)) this.#tags.forgetScope();
    this.#tags.closeSpan(this.#keepText);
    writer.source = this.#source ?? this.#scratch.data;
    writer.closeSpan();
  }

  setName(source: Uint8Array, from: number, to: number): void {
    this.writer.nameFrom = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    this.writer.nameTo = this.#scratch.length;
  }

  setHexTraceId(source: Uint8Array, from: number, to: number): void {
    const { writer } = this;
    writer.traceIdFrom = this.#scratch.length;
    if (!appendHexId(this.#scratch, source, from, to, TRACE_ID_BYTES) && to > from)
      writer.refuse('trace-id', () => describeHexId('traceId', source, from, to, TRACE_ID_BYTES));
    writer.traceIdTo = this.#scratch.length;
  }

  setHexSpanId(source: Uint8Array, from: number, to: number): void {
    const { writer } = this;
    writer.spanIdFrom = this.#scratch.length;
    if (!appendHexId(this.#scratch, source, from, to, SPAN_ID_BYTES) && to > from)
      writer.refuse('span-id', () => describeHexId('id', source, from, to, SPAN_ID_BYTES));
    writer.spanIdTo = this.#scratch.length;
  }

  setHexParentId(source: Uint8Array, from: number, to: number): void {
    const { writer } = this;
    writer.parentFrom = this.#scratch.length;
    if (!appendHexId(this.#scratch, source, from, to, SPAN_ID_BYTES) && to > from)
      writer.refuse('span-id', () => describeHexId('parentId', source, from, to, SPAN_ID_BYTES));
    writer.parentTo = this.#scratch.length;
  }

  /** Of a span that is refused already none need be put. */
  putTag(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (this.#tags.take(keySource, keyFrom, keyTo, letter, source, from, to)) return;
    if (isResourceKey(keySource, keyFrom, keyTo)) {
      this.#resource.put(keySource, keyFrom, keyTo, letter, source, from, to);
      return;
    }
    const first = keySource[keyFrom];
    if (first === LINK[0] && this.#takeLink(keySource, keyFrom, keyTo, source, from, to)) return;
    this.#addresses.note(keySource, keyFrom, keyTo);
    this.writer.attributes.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  putAnnotation(time: Nanos, source: Uint8Array, from: number, to: number): void {
    const { writer } = this;
    if (writer.closed) return;
    if (!time.isZero) {
      if (this.#earliest.isZero || time.isBefore(this.#earliest)) this.#earliest.copy(time);
      if (this.#latest.isBefore(time)) this.#latest.copy(time);
    }
    if (this.#putStructured(time, source, from, to)) return;
    writer.closeEvent(time.low, time.high, source, from, to, 0);
  }

  #putStructured(time: Nanos, source: Uint8Array, from: number, to: number): boolean {
    const { writer } = this;
    if (!mayHoldAttributes(source, from, to) || to - from > writer.limits.attributeBytes) return false;
    const event = parseEventText(textOf(source, from, to), this.#budget);
    if (event === undefined) return false;
    this.#putAttributes(event.attributes, writer.eventAttributes);
    const name = Buffer.from(event.name);
    writer.closeEvent(time.low, time.high, name, 0, name.length, event.dropped);
    return true;
  }

  #takeLink(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    if (keyTo - keyFrom <= LINK.length || !startsWith(keySource, keyFrom, LINK)) return false;
    const { writer } = this;
    if (to - from > writer.limits.attributeBytes) return false;
    const link = parseLinkText(textOf(source, from, to), this.#budget);
    if (link === undefined) return false;
    this.#putAttributes(link.attributes, writer.linkAttributes);
    const ids = Buffer.from(link.traceId + link.spanId, 'hex');
    const said = Buffer.concat([ids, Buffer.from(link.traceState)]);
    writer.closeLink(said, {
      ...emptyLink(),
      traceIdTo: TRACE_ID_BYTES,
      spanIdFrom: TRACE_ID_BYTES,
      spanIdTo: ids.length,
      stateFrom: ids.length,
      stateTo: said.length,
      droppedAttributes: link.dropped,
    });
    return true;
  }

  #putAttributes(attributes: Attributes, sink: AttributeSink): void {
    const text = this.#value;
    for (const { key, value } of attributes) {
      const name = Buffer.from(key);
      text.value(value);
      sink.put(name, 0, name.length, text.letter, text.source, text.from, text.to);
    }
  }

  /** Zipkin lets a sender leave out when a span began and how long it took: its annotations tell it then. */
  #closeTimes(): void {
    const { writer, timestamp, duration, end } = this;
    if (timestamp.isNegative) writer.refuse('start-unreadable', () => 'timestamp lies before 1970');
    if (timestamp.isZero) timestamp.copy(this.#earliest);
    if (timestamp.isZero)
      writer.refuse('start-unreadable', () => 'has no timestamp, and no annotation that has one');
    if (!duration.isZero) end.setEnd(timestamp, duration);
    // An end before its start makes the writer count the span among those that it set right.
    else if (duration.isNegative) end.clear();
    else if (end.isZero) end.copy(this.#latest.isBefore(timestamp) ? timestamp : this.#latest);
    writer.startLow = timestamp.low;
    writer.startHigh = timestamp.high;
    writer.endLow = end.low;
    writer.endHigh = end.high;
  }

  #closeDebug(): void {
    const { writer } = this;
    const value = this.#value;
    writer.flags = SAMPLED;
    value.bool(true);
    writer.attributes.put(DEBUG, 0, DEBUG.length, value.letter, value.source, value.from, value.to);
  }

  /** Roots have a parent of zeros, or themselves, in what some senders write. */
  #dropOwnParent(): void {
    const { writer } = this;
    const data = this.#source ?? this.#scratch.data;
    const { parentFrom, parentTo, spanIdFrom, spanIdTo } = writer;
    if (parentTo - parentFrom !== SPAN_ID_BYTES || spanIdTo - spanIdFrom !== SPAN_ID_BYTES) return;
    let others = 0;
    let bits = 0;
    for (let index = 0; index < SPAN_ID_BYTES; index++) {
      bits |= data[parentFrom + index]!;
      others |= data[parentFrom + index]! ^ data[spanIdFrom + index]!;
    }
    if (bits === 0 || others === 0) writer.parentTo = parentFrom;
  }

  /** Short ones are those of 64 bits. */
  #padTraceId(): void {
    const { writer } = this;
    const scratch = this.#scratch;
    this.#copyRanges();
    const from = scratch.length;
    scratch.zeros(TRACE_ID_BYTES / 2);
    scratch.copy(scratch.data, writer.traceIdFrom, writer.traceIdTo);
    writer.traceIdFrom = from;
    writer.traceIdTo = scratch.length;
  }

  /** Copies ids and name to where there is room for more. */
  #copyRanges(): void {
    const { writer } = this;
    const source = this.#source;
    if (source === undefined) return;
    this.#source = undefined;
    [writer.traceIdFrom, writer.traceIdTo] = this.#keep(source, writer.traceIdFrom, writer.traceIdTo);
    [writer.spanIdFrom, writer.spanIdTo] = this.#keep(source, writer.spanIdFrom, writer.spanIdTo);
    [writer.parentFrom, writer.parentTo] = this.#keep(source, writer.parentFrom, writer.parentTo);
    [writer.nameFrom, writer.nameTo] = this.#keep(source, writer.nameFrom, writer.nameTo);
  }

  #keep(source: Uint8Array, from: number, to: number): readonly [number, number] {
    const begin = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    return [begin, this.#scratch.length];
  }

  readonly #keepText = ({ data, length }: Bytes): readonly [number, number] => {
    this.#copyRanges();
    return this.#keep(data, 0, length);
  };
}

function describeHexId(field: string, source: Uint8Array, from: number, to: number, bytes: number): string {
  const shown = textOf(source, from, Math.min(to, from + 60));
  return `${field} ${JSON.stringify(shown)} must be 1 to ${2 * bytes} hex digits`;
}

function startsWith(source: Uint8Array, from: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (source[from + index] !== text[index]) return false;
  return true;
}

function textOf(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('utf8');
}
