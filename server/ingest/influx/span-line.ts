import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import { readHex } from '../../wire/hex.ts';
import { KIND, type LineReader } from '../../wire/line-protocol.ts';
import { BYTES_PER_TURN } from '../../wire/pace.ts';
import { isResourceKey } from '../resource-keys.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../span-ids.ts';
import type { SpanWriter } from '../span-writer.ts';
import { LETTER } from '../value-text.ts';
import type { AttributesText } from './attributes-text.ts';
import { OWNER_BYTES } from './line-chains.ts';
import type { LineTime } from './line-time.ts';
import { LineValue } from './line-value.ts';
import { parseGoTime } from './parse-go-time.ts';
import { SortedAttributes } from './sorted-attributes.ts';
import { SpanSink } from './span-sink.ts';
import { isPrefixedKind, kindOf, statusOf } from './span-words.ts';

const TWO_32 = 0x1_0000_0000;
const LONGEST_TIME_TEXT = 64;
const LONGEST_SHOWN_ID = 40;

/** Tags and fields by name; later spellings are those of older senders. Whatever stands in none of them is an attribute. */
const SPAN = new FieldNames([
  ['trace_id'],
  ['span_id'],
  ['parent_span_id'],
  ['trace_state'],
  ['span.name'],
  ['name'],
  ['span.kind'],
  ['kind'],
  ['start_time_unix_nano'],
  ['end_time_unix_nano'],
  ['duration_nano'],
  ['attributes'],
  ['dropped_attributes_count', 'otel.span.dropped_attributes_count'],
  ['dropped_events_count', 'otel.span.dropped_events_count'],
  ['dropped_links_count', 'otel.span.dropped_links_count'],
  ['otel.resource.dropped_attributes_count'],
  ['otel.status_code', 'status_code'],
  ['otel.status_description', 'status_message'],
  ['otel.scope.name', 'otel.library.name', 'instrumentation_library_name'],
  ['otel.scope.version', 'otel.library.version', 'instrumentation_library_version'],
]);
const FIELD = {
  traceId: 1,
  spanId: 2,
  parentId: 3,
  traceState: 4,
  name: 5,
  oldName: 6,
  kind: 7,
  oldKind: 8,
  start: 9,
  end: 10,
  duration: 11,
  attributes: 12,
  droppedAttributes: 13,
  droppedEvents: 14,
  droppedLinks: 15,
  resourceDropped: 16,
  statusCode: 17,
  statusMessage: 18,
  scopeName: 19,
  scopeVersion: 20,
} as const;
/** By which the refusal of a span names it. */
const TOLD: ReadonlySet<number> = new Set([FIELD.traceId, FIELD.spanId, FIELD.name, FIELD.oldName]);
const OLD_NAME = Buffer.from('name');
const KIND_KEY = Buffer.from('span.kind');
const OLD_KIND = Buffer.from('kind');

/** A text in the scratch; undefined while the line has not said it. */
type Said = readonly [from: number, to: number] | undefined;

/** Reads a line of the measurement `spans` into the writer. One for a body. */
export class SpanLine {
  /** The ids of the span as bytes, the trace's first; then what else the writer's ranges refer to. */
  readonly #scratch = new Bytes(1024);
  readonly #reader: LineReader;
  readonly #writer: SpanWriter;
  readonly #time: LineTime;
  readonly #text: AttributesText;
  readonly #value: LineValue;
  readonly #sink: SpanSink;
  readonly #resource = new SortedAttributes();
  /** Within the text of the field `attributes`. */
  #inText = false;
  /** Both spellings may be there: then one is the span's own and the other an attribute. */
  #oldName: Said;
  #kind: Said;
  #oldKind: Said;
  #hasName = false;
  #hasStart = false;
  #hasEnd = false;
  #hasDuration = false;
  #durationLow = 0;
  #durationHigh = 0;
  #scopeName = '';
  #scopeVersion = '';
  /** The scope that is open in the writer. */
  #openName: string | undefined;
  #openVersion = '';

  constructor(reader: LineReader, writer: SpanWriter, time: LineTime, text: AttributesText) {
    this.#reader = reader;
    this.#writer = writer;
    this.#time = time;
    this.#text = text;
    this.#value = new LineValue(reader);
    this.#sink = new SpanSink(writer);
  }

  /** The ids of the open span, one behind the other. */
  get ids(): Uint8Array {
    return this.#scratch.data;
  }

  /** Whether they are there, and can be read. */
  get hasIds(): boolean {
    return this.#writer.traceIdTo > 0 && this.#writer.spanIdTo > 0;
  }

  /** Reads on in a line that is known to be good; false if there is more of it than for one turn. */
  goOn(): boolean {
    const reader = this.#reader;
    const until = reader.at + BYTES_PER_TURN;
    while (this.#inText || reader.advance()) {
      if (!this.#inText) this.element();
      if (this.#inText && !this.#text.goOn(this.#sink)) return false;
      this.#inText = false;
      if (reader.at > until) return false;
    }
    this.#settle();
    return true;
  }

  /** Begins with the line whose measurement was read. */
  open(): void {
    const writer = this.#writer;
    this.#scratch.length = 0;
    this.#scratch.zeros(OWNER_BYTES);
    this.#inText = false;
    this.#resource.clear();
    this.#oldName = this.#kind = this.#oldKind = undefined;
    this.#hasName = this.#hasStart = this.#hasEnd = this.#hasDuration = false;
    this.#scopeName = this.#scopeVersion = '';
    writer.origin.openResource();
    writer.openSpan(this.#scratch.data);
    writer.apart = true;
  }

  close(): void {
    const writer = this.#writer;
    writer.origin.closeResource();
    if (this.#scopeName !== this.#openName || this.#scopeVersion !== this.#openVersion) {
      this.#openName = this.#scopeName;
      this.#openVersion = this.#scopeVersion;
      writer.origin.openScope();
      writer.origin.closeScope(this.#scopeName, this.#scopeVersion);
    }
    writer.source = this.#scratch.data;
    writer.closeSpan();
  }

  /** Takes the tag or the field that was read last. */
  element(): void {
    const reader = this.#reader;
    const field = SPAN.find(reader.keySource, reader.keyFrom, reader.keyTo);
    if (this.#sink.closed && !TOLD.has(field)) return;
    if (field === FIELD.attributes && this.#isText()) {
      this.#text.open(reader);
      this.#inText = true;
    } else if (field === 0 || !this.#own(field)) this.#attribute();
  }

  /** What the refusal of a span tells, and nothing else. */
  toldElement(maxBytes: number): void {
    const { keySource, keyFrom, keyTo, from, to } = this.#reader;
    if (to - from <= maxBytes && TOLD.has(SPAN.find(keySource, keyFrom, keyTo))) this.element();
  }

  /** False for a value that the span's own field cannot have: it is kept as an attribute. */
  #own(field: number): boolean {
    const writer = this.#writer;
    switch (field) {
      case FIELD.traceId:
        this.#traceId();
        return true;
      case FIELD.spanId:
        this.#spanId();
        return true;
      case FIELD.start:
        return this.#startTime();
      case FIELD.end:
        return this.#endTime();
      case FIELD.duration:
        return this.#duration();
      case FIELD.attributes:
        return false;
      case FIELD.droppedAttributes:
      case FIELD.droppedEvents:
      case FIELD.droppedLinks:
      case FIELD.resourceDropped:
        return this.#count(field);
      default:
        return this.#isText() && this.#ownText(field, writer);
    }
  }

  #ownText(field: number, writer: SpanWriter): boolean {
    switch (field) {
      case FIELD.parentId:
        this.#parentId();
        return true;
      case FIELD.traceState:
        [writer.stateFrom, writer.stateTo] = this.#keep();
        return true;
      case FIELD.name:
        [writer.nameFrom, writer.nameTo] = this.#keep();
        this.#hasName = true;
        return true;
      case FIELD.oldName:
        this.#oldName = this.#keep();
        if (!this.#hasName) [writer.nameFrom, writer.nameTo] = this.#oldName;
        return true;
      case FIELD.kind:
        this.#kind = this.#keep();
        return true;
      case FIELD.oldKind:
        this.#oldKind = this.#keep();
        return true;
      case FIELD.statusCode:
        return this.#status();
      case FIELD.statusMessage:
        [writer.messageFrom, writer.messageTo] = this.#keep();
        return true;
      case FIELD.scopeName:
        this.#scopeName = this.#value.text();
        return true;
      default:
        this.#scopeVersion = this.#value.text();
        return true;
    }
  }

  #attribute(): void {
    const { keySource, keyFrom, keyTo, kind } = this.#reader;
    const { letter, source, from, to } = this.#value.typed();
    const isLate = kind !== KIND.tag && isResourceKey(keySource, keyFrom, keyTo);
    const sink = isLate ? this.#resource : this.#sink;
    sink.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  #traceId(): void {
    const { bytes, from, to } = this.#reader;
    const writer = this.#writer;
    if (readHex(bytes, from, to, this.#scratch.data, 0, TRACE_ID_BYTES)) writer.traceIdTo = TRACE_ID_BYTES;
    else writer.refuse('trace-id', () => this.#describeId('trace_id', TRACE_ID_BYTES));
  }

  #spanId(): void {
    const { bytes, from, to } = this.#reader;
    const writer = this.#writer;
    if (readHex(bytes, from, to, this.#scratch.data, TRACE_ID_BYTES, SPAN_ID_BYTES)) {
      writer.spanIdFrom = TRACE_ID_BYTES;
      writer.spanIdTo = OWNER_BYTES;
    } else writer.refuse('span-id', () => this.#describeId('span_id', SPAN_ID_BYTES));
  }

  /** Empty for a root. */
  #parentId(): void {
    const { bytes, from, to } = this.#reader;
    const writer = this.#writer;
    if (from === to) return;
    const scratch = this.#scratch;
    const at = scratch.length;
    scratch.zeros(SPAN_ID_BYTES);
    if (readHex(bytes, from, to, scratch.data, at, SPAN_ID_BYTES)) {
      writer.parentFrom = at;
      writer.parentTo = scratch.length;
    } else writer.refuse('span-id', () => this.#describeId('parent_span_id', SPAN_ID_BYTES));
  }

  #describeId(name: string, bytes: number): string {
    const shown = JSON.stringify(this.#value.text().slice(0, LONGEST_SHOWN_ID));
    return `${name} ${shown} must be ${2 * bytes} hex digits`;
  }

  #startTime(): boolean {
    if (!this.#nanos()) return false;
    const { low, high } = this.#value.number;
    this.#writer.startLow = low;
    this.#writer.startHigh = high;
    this.#hasStart = true;
    return true;
  }

  #endTime(): boolean {
    if (!this.#nanos()) return false;
    const { low, high } = this.#value.number;
    this.#writer.endLow = low;
    this.#writer.endHigh = high;
    this.#hasEnd = true;
    return true;
  }

  #duration(): boolean {
    if (!this.#value.isCount()) return false;
    this.#hasDuration = true;
    this.#durationLow = this.#value.number.low;
    this.#durationHigh = this.#value.number.high;
    return true;
  }

  /** A time as nanoseconds, or as the text of Go's time: then it is read into the number all the same. */
  #nanos(): boolean {
    const value = this.#value;
    if (value.isCount()) return true;
    if (!this.#isText() || this.#reader.to - this.#reader.from > LONGEST_TIME_TEXT) return false;
    const digits = Buffer.from(String(parseGoTime(value.text()) ?? ''));
    return value.number.read(digits, 0, digits.length);
  }

  #count(field: number): boolean {
    const writer = this.#writer;
    if (!this.#value.isCount() || this.#value.number.high > 0) return false;
    const { low } = this.#value.number;
    if (field === FIELD.droppedAttributes) writer.droppedAttributes = low;
    else if (field === FIELD.droppedEvents) writer.droppedEvents = low;
    else if (field === FIELD.droppedLinks) writer.droppedLinks = low;
    else writer.origin.resource.droppedAttributes = low;
    return true;
  }

  #status(): boolean {
    const { bytes, from, to } = this.#reader;
    const status = statusOf(bytes, from, to);
    if (status < 0) return false;
    this.#writer.status = status;
    return true;
  }

  #isText(): boolean {
    const { kind } = this.#reader;
    return kind === KIND.tag || kind === KIND.string;
  }

  /** A text, kept until the span is closed. */
  #keep(): readonly [number, number] {
    const from = this.#scratch.length;
    this.#reader.copyText(this.#scratch);
    return [from, this.#scratch.length];
  }

  /** What can be told only when the line was read to its end. */
  #settle(): void {
    if (this.#sink.closed) return;
    this.#settleName();
    this.#settleKind();
    this.#settleTimes();
    if (!this.#resource.isEmpty) this.#resource.putInto(this.#writer.origin.resource);
  }

  #settleName(): void {
    if (this.#hasName) this.#putSaid(OLD_NAME, this.#oldName);
  }

  /** The oldest senders have the kind in `kind`, and what instrumentation said before OpenTelemetry in `span.kind`. */
  #settleKind(): void {
    const writer = this.#writer;
    const { data } = this.#scratch;
    const kind = this.#kind === undefined ? -1 : kindOf(data, ...this.#kind);
    const oldKind = this.#oldKind === undefined ? -1 : kindOf(data, ...this.#oldKind);
    const isOld = this.#oldKind !== undefined && (kind < 0 || isPrefixedKind(data, ...this.#oldKind));
    writer.kind = Math.max(0, isOld && oldKind >= 0 ? oldKind : kind);
    if (kind < 0 || (isOld && oldKind >= 0)) this.#putSaid(KIND_KEY, this.#kind);
    if (!isOld || oldKind < 0) this.#putSaid(OLD_KIND, this.#oldKind);
  }

  #putSaid(key: Uint8Array, said: Said): void {
    if (said === undefined) return;
    this.#sink.put(key, 0, key.length, LETTER.string, this.#scratch.data, ...said);
  }

  /** The timestamp is the start; without an end there is the duration. */
  #settleTimes(): void {
    const writer = this.#writer;
    const reader = this.#reader;
    const time = this.#time;
    if (reader.timeTo > reader.timeFrom) {
      if (!time.read(reader)) writer.refuse('start-unreadable', () => time.describe(reader));
      writer.startLow = time.low;
      writer.startHigh = time.high;
    } else if (!this.#hasStart) {
      writer.refuse('start-unreadable', () => 'it has neither a timestamp nor start_time_unix_nano');
    }
    if (this.#hasEnd || !this.#hasDuration) return;
    const low = writer.startLow + this.#durationLow;
    writer.endLow = low % TWO_32;
    writer.endHigh = writer.startHigh + this.#durationHigh + (low >= TWO_32 ? 1 : 0);
  }
}
