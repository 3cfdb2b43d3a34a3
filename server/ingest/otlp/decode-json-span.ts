import { SPAN_KINDS, STATUS_CODES } from '../../span/span.ts';
import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import type { JsonReader } from '../../wire/json-reader.ts';
import { type LinkDraft, type SpanWriter, emptyLink } from '../span-writer.ts';
import type { AttributesReader } from './decode-json-attributes.ts';
import { readEnum, readId, readList, readObject, readUint32, readUint64 } from './decode-json-field.ts';

/** Field numbers by name, per message; names in snake case are what some senders write. */
export const SPAN = new FieldNames([
  ['traceId', 'trace_id'],
  ['spanId', 'span_id'],
  ['traceState', 'trace_state'],
  ['parentSpanId', 'parent_span_id'],
  ['name'],
  ['kind'],
  ['startTimeUnixNano', 'start_time_unix_nano'],
  ['endTimeUnixNano', 'end_time_unix_nano'],
  ['attributes'],
  ['droppedAttributesCount', 'dropped_attributes_count'],
  ['events'],
  ['droppedEventsCount', 'dropped_events_count'],
  ['links'],
  ['droppedLinksCount', 'dropped_links_count'],
  ['status'],
  ['flags'],
]);
/** Fields of a span by which its refusal names it: ids and name. */
export const TOLD: ReadonlySet<number> = new Set([1, 2, 5]);
const EVENT = new FieldNames([
  ['timeUnixNano', 'time_unix_nano'],
  ['name'],
  ['attributes'],
  ['droppedAttributesCount', 'dropped_attributes_count'],
]);
const LINK = new FieldNames([
  ['traceId', 'trace_id'],
  ['spanId', 'span_id'],
  ['traceState', 'trace_state'],
  ['attributes'],
  ['droppedAttributesCount', 'dropped_attributes_count'],
  ['flags'],
]);
const STATUS = new FieldNames([['message'], ['code']]);

/** Reads a span with its events, its links and its status into the writer. */
export class SpanReader {
  readonly #reader: JsonReader;
  readonly #writer: SpanWriter;
  readonly #attributes: AttributesReader;
  /** Scalars of the open span: the writer's ranges refer to it. */
  readonly #scratch = new Bytes(1024);

  constructor(reader: JsonReader, writer: SpanWriter, attributes: AttributesReader) {
    this.#reader = reader;
    this.#writer = writer;
    this.#attributes = attributes;
  }

  read(): void {
    this.open();
    readObject(this.#reader, 'span', SPAN, (field) => {
      this.field(field);
    });
    this.close();
  }

  /** What `read` does in one go, field by field: for a span that is read with pauses. */
  open(): void {
    this.#scratch.length = 0;
    this.#writer.openSpan(this.#scratch.data);
  }

  close(): void {
    this.#writer.source = this.#scratch.data;
    this.#writer.closeSpan();
  }

  field(field: number): void {
    const reader = this.#reader;
    const writer = this.#writer;
    switch (field) {
      case 1:
        [writer.traceIdFrom, writer.traceIdTo] = this.#id('traceId');
        return;
      case 2:
        [writer.spanIdFrom, writer.spanIdTo] = this.#id('spanId');
        return;
      case 3:
        [writer.stateFrom, writer.stateTo] = this.#keep('traceState');
        return;
      case 4:
        [writer.parentFrom, writer.parentTo] = this.#id('parentSpanId');
        return;
      case 5:
        [writer.nameFrom, writer.nameTo] = this.#keep('name');
        return;
      case 6:
        writer.kind = readEnum(reader, 'kind', 'SPAN_KIND_', SPAN_KINDS);
        return;
      case 7:
        [writer.startLow, writer.startHigh] = readUint64(reader, 'startTimeUnixNano');
        return;
      case 8:
        [writer.endLow, writer.endHigh] = readUint64(reader, 'endTimeUnixNano');
        return;
      case 9:
        this.#attributes.read(writer.attributes);
        return;
      case 10:
        writer.droppedAttributes = readUint32(reader, 'droppedAttributesCount');
        return;
      case 11:
        readList(reader, 'events', () => {
          if (writer.closed) reader.skip();
          else this.#event();
        });
        return;
      case 12:
        writer.droppedEvents = readUint32(reader, 'droppedEventsCount');
        return;
      case 13:
        readList(reader, 'links', () => {
          if (writer.closed) reader.skip();
          else this.#link();
        });
        return;
      case 14:
        writer.droppedLinks = readUint32(reader, 'droppedLinksCount');
        return;
      case 15:
        this.#status();
        return;
      case 16:
        writer.flags = readUint32(reader, 'flags');
        return;
      default:
        reader.skip();
    }
  }

  #status(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    readObject(reader, 'status', STATUS, (field) => {
      if (field === 1) [writer.messageFrom, writer.messageTo] = this.#keep('status.message');
      else if (field === 2) writer.status = readEnum(reader, 'status.code', 'STATUS_CODE_', STATUS_CODES);
      else reader.skip();
    });
  }

  #event(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    let time: readonly [number, number] = [0, 0];
    let name: readonly [number, number] = [0, 0];
    let dropped = 0;
    readObject(reader, 'event', EVENT, (field) => {
      if (field === 1) time = readUint64(reader, 'timeUnixNano');
      else if (field === 2) name = this.#keep('event.name');
      else if (field === 3) this.#attributes.read(writer.eventAttributes);
      else if (field === 4) dropped = readUint32(reader, 'droppedAttributesCount');
      else reader.skip();
    });
    writer.closeEvent(time[0], time[1], this.#scratch.data, name[0], name[1], dropped);
  }

  #link(): void {
    const reader = this.#reader;
    const link = emptyLink();
    readObject(reader, 'link', LINK, (field) => {
      this.#linkField(link, field);
    });
    this.#writer.closeLink(this.#scratch.data, link);
  }

  #linkField(link: LinkDraft, field: number): void {
    const reader = this.#reader;
    if (field === 1) [link.traceIdFrom, link.traceIdTo] = this.#id('link.traceId');
    else if (field === 2) [link.spanIdFrom, link.spanIdTo] = this.#id('link.spanId');
    else if (field === 3) [link.stateFrom, link.stateTo] = this.#keep('link.traceState');
    else if (field === 4) this.#attributes.read(this.#writer.linkAttributes);
    else if (field === 5) link.droppedAttributes = readUint32(reader, 'droppedAttributesCount');
    else if (field === 6) link.flags = readUint32(reader, 'flags');
    else reader.skip();
  }

  /** A string, kept in the scratch buffer until the span is closed. */
  #keep(what: string): readonly [number, number] {
    const reader = this.#reader;
    reader.string(what);
    const from = this.#scratch.length;
    this.#scratch.copy(reader.source, reader.from, reader.to);
    return [from, this.#scratch.length];
  }

  #id(what: string): readonly [number, number] {
    const bytes = readId(this.#reader, what);
    const from = this.#scratch.length;
    this.#scratch.copy(bytes, 0, bytes.length);
    return [from, this.#scratch.length];
  }
}
