import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import { readHex } from '../../wire/hex.ts';
import { KIND, type LineReader } from '../../wire/line-protocol.ts';
import { BYTES_PER_TURN } from '../../wire/pace.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import type { FragmentIds } from '../fragment-writer.ts';
import { isResourceKey } from '../resource-keys.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../span-ids.ts';
import { type LinkDraft, type SpanWriter, emptyLink } from '../span-writer.ts';
import { LETTER } from '../value-text.ts';
import type { AttributesText } from './attributes-text.ts';
import { OWNER_BYTES } from './line-chains.ts';
import { LineValue } from './line-value.ts';

/** Tags and fields of the measurements `logs` and `span-links` by name, as in a span's line. */
const EVENT = new FieldNames([
  ['trace_id'],
  ['span_id'],
  ['event.name'],
  ['name'],
  ['attributes'],
  ['dropped_attributes_count', 'otel.event.dropped_attributes_count', 'otel.link.dropped_attributes_count'],
  ['linked_trace_id'],
  ['linked_span_id'],
  ['trace_state'],
  // What older senders say again of the span, and what they write where a line would have no field.
  [
    'otel.scope.name',
    'otel.scope.version',
    'otel.library.name',
    'otel.library.version',
    'otel.resource.dropped_attributes_count',
  ],
  ['count'],
]);
const FIELD = {
  traceId: 1,
  spanId: 2,
  name: 3,
  oldName: 4,
  attributes: 5,
  dropped: 6,
  linkedTraceId: 7,
  linkedSpanId: 8,
  traceState: 9,
  ofSpan: 10,
  filler: 11,
} as const;
const OLD_NAME = Buffer.from('name');
const IDS: FragmentIds = {
  traceIdFrom: 0,
  traceIdTo: TRACE_ID_BYTES,
  spanIdFrom: TRACE_ID_BYTES,
  spanIdTo: OWNER_BYTES,
};

/** Reads lines of the measurements `logs` and `span-links`, whose ids are known to be good, into the writer. */
export class EventLine {
  /** The ids of the line's span, then those of a link, then what is kept of the line. */
  readonly #scratch = new Bytes(512);
  readonly #reader: LineReader;
  readonly #writer: SpanWriter;
  readonly #text: AttributesText;
  readonly #value: LineValue;
  readonly #link: LinkDraft = {
    ...emptyLink(),
    traceIdFrom: OWNER_BYTES,
    traceIdTo: OWNER_BYTES + TRACE_ID_BYTES,
    spanIdFrom: OWNER_BYTES + TRACE_ID_BYTES,
    spanIdTo: 2 * OWNER_BYTES,
  };
  #sink: AttributeSink;
  /** Within the text of the field `attributes`. */
  #inText = false;
  #nameFrom = 0;
  #nameTo = 0;
  #hasName = false;
  #oldFrom = 0;
  #oldTo = 0;
  #hasOldName = false;
  #dropped = 0;

  constructor(reader: LineReader, writer: SpanWriter, text: AttributesText) {
    this.#reader = reader;
    this.#writer = writer;
    this.#text = text;
    this.#value = new LineValue(reader);
    this.#sink = writer.eventAttributes;
  }

  /** Begins with the line whose measurement was read; its attributes go into the sink. */
  open(sink: AttributeSink): void {
    const scratch = this.#scratch;
    scratch.length = 0;
    scratch.zeros(2 * OWNER_BYTES);
    this.#sink = sink;
    this.#inText = this.#hasName = this.#hasOldName = false;
    this.#nameFrom = this.#nameTo = this.#dropped = 0;
    this.#link.stateFrom = this.#link.stateTo = 0;
  }

  /** Reads on; false if there is more of the line than for one turn. */
  goOn(): boolean {
    const reader = this.#reader;
    const sink = this.#sink;
    const until = reader.at + BYTES_PER_TURN;
    while (this.#inText || reader.advance()) {
      if (!this.#inText) this.#element(sink);
      if (this.#inText && !this.#text.goOn(sink)) return false;
      this.#inText = false;
      if (reader.at > until) return false;
    }
    this.#settleName(sink);
    return true;
  }

  /** Ends an event of the open span. */
  closeEvent(timeLow: number, timeHigh: number): void {
    const { data } = this.#scratch;
    this.#writer.closeEvent(timeLow, timeHigh, data, this.#nameFrom, this.#nameTo, this.#dropped);
  }

  closeLink(): void {
    this.#link.droppedAttributes = this.#dropped;
    this.#writer.closeLink(this.#scratch.data, this.#link);
  }

  /** Ends an event whose span is in another request. */
  closeEventApart(timeLow: number, timeHigh: number): void {
    const { data } = this.#scratch;
    const { fragments } = this.#writer;
    fragments.event(data, IDS, timeLow, timeHigh, this.#nameFrom, this.#nameTo, this.#dropped);
  }

  closeLinkApart(): void {
    this.#link.droppedAttributes = this.#dropped;
    this.#writer.fragments.link(this.#scratch.data, IDS, this.#link);
  }

  #element(sink: AttributeSink): void {
    const reader = this.#reader;
    const field = EVENT.find(reader.keySource, reader.keyFrom, reader.keyTo);
    if (field === FIELD.attributes && this.#isText()) {
      this.#inText = !sink.closed;
      if (this.#inText) this.#text.open(reader);
    } else if ((field === 0 || !this.#own(field)) && !sink.closed) this.#attribute(sink);
  }

  /** False for a value that the event's own field cannot have: it is kept as an attribute. */
  #own(field: number): boolean {
    switch (field) {
      case FIELD.traceId:
        return this.#id(0, TRACE_ID_BYTES);
      case FIELD.spanId:
        return this.#id(TRACE_ID_BYTES, SPAN_ID_BYTES);
      case FIELD.linkedTraceId:
        return this.#id(OWNER_BYTES, TRACE_ID_BYTES);
      case FIELD.linkedSpanId:
        return this.#id(OWNER_BYTES + TRACE_ID_BYTES, SPAN_ID_BYTES);
      case FIELD.dropped:
        return this.#droppedCount();
      case FIELD.ofSpan:
        return true;
      case FIELD.filler:
        return this.#reader.kind === KIND.unsigned && this.#value.isCount() && this.#value.number.low === 1;
      case FIELD.attributes:
        return false;
      default:
        return this.#isText() && this.#ownText(field);
    }
  }

  #ownText(field: number): boolean {
    const scratch = this.#scratch;
    const from = scratch.length;
    this.#reader.copyText(scratch);
    if (field === FIELD.name) {
      this.#nameFrom = from;
      this.#nameTo = scratch.length;
      this.#hasName = true;
    } else if (field === FIELD.oldName) {
      this.#oldFrom = from;
      this.#oldTo = scratch.length;
      this.#hasOldName = true;
    } else {
      this.#link.stateFrom = from;
      this.#link.stateTo = scratch.length;
    }
    return true;
  }

  #isText(): boolean {
    const { kind } = this.#reader;
    return kind === KIND.tag || kind === KIND.string;
  }

  #id(at: number, bytes: number): boolean {
    const { bytes: source, from, to } = this.#reader;
    return readHex(source, from, to, this.#scratch.data, at, bytes);
  }

  #droppedCount(): boolean {
    if (!this.#value.isCount() || this.#value.number.high > 0) return false;
    this.#dropped = this.#value.number.low;
    return true;
  }

  #attribute(sink: AttributeSink): void {
    const { keySource, keyFrom, keyTo } = this.#reader;
    // What tells who made the span stands in its own line.
    if (isResourceKey(keySource, keyFrom, keyTo)) return;
    const { letter, source, from, to } = this.#value.typed();
    sink.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  /** Of two names the newer spelling is the event's, and the other an attribute. */
  #settleName(sink: AttributeSink): void {
    if (!this.#hasOldName) return;
    if (this.#hasName) {
      if (sink.closed) return;
      const { data } = this.#scratch;
      sink.put(OLD_NAME, 0, OLD_NAME.length, LETTER.string, data, this.#oldFrom, this.#oldTo);
    } else {
      this.#nameFrom = this.#oldFrom;
      this.#nameTo = this.#oldTo;
    }
  }
}
