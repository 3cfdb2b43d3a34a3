import { presentValue } from '../../columns/attribute-text.ts';
import { Bytes } from '../../wire/bytes.ts';
import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import { SPAN_KINDS, STATUS_CODES } from '../../span/span.ts';
import { FieldNames, JsonReader } from '../../wire/json-reader.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { type LinkDraft, type SpanWriter, emptyLink } from '../span-writer.ts';
import type { FactDraft } from '../fact-draft.ts';
import { LETTER } from './decode-any-value.ts';
import { BYTES_PER_TURN, Pace } from './pace.ts';

const MASK_32 = 0xffff_ffffn;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

interface IntegerRange {
  readonly min: bigint | number;
  readonly max: bigint | number;
}

/** Signed or not: fields that are unsigned are read as their 64 bits. */
const WHOLE_64: IntegerRange = { min: MIN_INT64, max: MAX_UINT64 };
/** What numbers may be written as strings. */
const DOUBLE = /^(?:NaN|[+-]?Infinity|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const QUOTE = 0x22;

/** Field numbers by name, per message; names in snake case are what some senders write. */
const REQUEST = new FieldNames([['resourceSpans', 'resource_spans']]);
const RESOURCE_SPANS = new FieldNames([
  ['resource'],
  ['scopeSpans', 'scope_spans'],
  ['schemaUrl', 'schema_url'],
]);
const RESOURCE = new FieldNames([['attributes'], ['droppedAttributesCount', 'dropped_attributes_count']]);
const SCOPE_SPANS = new FieldNames([['scope'], ['spans'], ['schemaUrl', 'schema_url']]);
const SCOPE = new FieldNames([
  ['name'],
  ['version'],
  ['attributes'],
  ['droppedAttributesCount', 'dropped_attributes_count'],
]);
const SPAN = new FieldNames([
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
const TOLD: ReadonlySet<number> = new Set([1, 2, 5]);
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
const KEY_VALUE = new FieldNames([['key'], ['value']]);
const ANY_VALUE = new FieldNames([
  ['stringValue', 'string_value'],
  ['boolValue', 'bool_value'],
  ['intValue', 'int_value'],
  ['doubleValue', 'double_value'],
  ['arrayValue', 'array_value'],
  ['kvlistValue', 'kvlist_value'],
  ['bytesValue', 'bytes_value'],
]);
const VALUES = new FieldNames([['values']]);

/** Decodes an ExportTraceServiceRequest from JSON, in both spellings of ids and of 64-bit integers. */
export function* decodeJson(body: Uint8Array, writer: SpanWriter): Generator<void, void> {
  const decoder = new Decoder(body, writer);
  yield* decoder.request();
}

/** What of a scope is known before its spans are read, and where they are. */
interface ScopeDraft {
  name: string;
  version: string;
  readonly spans: number[];
  /** Where those spans begin that are over the limit. */
  readonly large: Set<number>;
}

class Decoder {
  readonly #reader: JsonReader;
  readonly #writer: SpanWriter;
  /** Scalars of the open span: the writer's ranges refer to it. */
  readonly #scratch = new Bytes(1024);
  readonly #key = new Bytes(128);
  readonly #text = new Bytes(256);
  #tooDeep = false;
  readonly #pace = new Pace();

  constructor(body: Uint8Array, writer: SpanWriter) {
    this.#reader = new JsonReader(body);
    this.#writer = writer;
  }

  *request(): Generator<void, void> {
    const reader = this.#reader;
    yield* this.#largeObject('the request', REQUEST, (field) =>
      field === 1 ? this.#each('resourceSpans', () => this.#resourceSpans()) : this.#pass(),
    );
    reader.end();
  }

  *#each(what: string, element: () => Generator<void, void>): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openArray(what)) return;
    for (let first = true; reader.nextElement(first); first = false) {
      yield* element();
      if (this.#pace.isOver(0)) yield;
    }
  }

  /** Passes over a value of any size. */
  *#pass(): Generator<void, void> {
    const reader = this.#reader;
    let from = reader.at;
    while (!reader.skip(BYTES_PER_TURN)) {
      if (this.#pace.isOver(reader.at - from)) yield;
      from = reader.at;
    }
    if (this.#pace.isOver(reader.at - from)) yield;
  }

  /** What the spans belong to may stand behind them, so it is read first and the spans afterwards. */
  *#resourceSpans(): Generator<void, void> {
    const reader = this.#reader;
    const { origin } = this.#writer;
    const spans: number[] = [];
    origin.openResource();
    yield* this.#largeObject('resourceSpans', RESOURCE_SPANS, (field) => this.#resourceField(field, spans));
    origin.closeResource();
    const end = reader.at;
    for (const at of spans) {
      reader.at = at;
      yield* this.#each('scopeSpans', () => this.#scopeSpans());
      if (this.#pace.isOver(0)) yield;
    }
    reader.at = end;
  }

  /** Notes where spans are. */
  *#resourceField(field: number, spans: number[]): Generator<void, void> {
    const reader = this.#reader;
    const { resource } = this.#writer.origin;
    if (field === 1) {
      yield* this.#bounded(resource, () => {
        this.#resource();
      });
    } else if (field === 3) {
      yield* this.#bounded(resource, () => {
        resource.schemaUrl = reader.text('schemaUrl');
      });
    } else {
      if (field === 2) spans.push(reader.at);
      yield* this.#pass();
    }
  }

  #resource(): void {
    const draft = this.#writer.origin.resource;
    this.#object('resource', RESOURCE, (field) => {
      if (field === 1) this.#attributes(draft);
      else if (field === 2) draft.droppedAttributes = this.#uint32('droppedAttributesCount');
      else this.#reader.skip();
    });
  }

  *#scopeSpans(): Generator<void, void> {
    const reader = this.#reader;
    const { origin } = this.#writer;
    const scope: ScopeDraft = { name: '', version: '', spans: [], large: new Set() };
    origin.openScope();
    yield* this.#largeObject('scopeSpans', SCOPE_SPANS, (field) => this.#scopeField(field, scope));
    origin.closeScope(scope.name, scope.version);
    const end = reader.at;
    for (const at of scope.spans) {
      reader.at = at;
      yield* this.#spans(scope.large);
      if (this.#pace.isOver(0)) yield;
    }
    reader.at = end;
  }

  *#scopeField(field: number, scope: ScopeDraft): Generator<void, void> {
    const reader = this.#reader;
    const draft = this.#writer.origin.scope;
    if (field === 1) {
      yield* this.#bounded(draft, () => {
        this.#scope(scope);
      });
    } else if (field === 2) {
      scope.spans.push(reader.at);
      yield* this.#passSpans(scope.large);
    } else if (field === 3) {
      yield* this.#bounded(draft, () => {
        draft.schemaUrl = reader.text('schemaUrl');
      });
    } else yield* this.#pass();
  }

  /** Passes over spans and notes where those are that are over the limit, which shows at their end. */
  *#passSpans(large: Set<number>): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openArray('spans')) return;
    for (let first = true; reader.nextElement(first); first = false) {
      reader.peek();
      const from = reader.at;
      yield* this.#pass();
      if (reader.at - from > this.#writer.limits.spanBytes) large.add(from);
    }
  }

  /** Reads a message that belongs to many spans, unless it is over the limit of one, which shows at its end. */
  *#bounded(draft: FactDraft, read: () => void): Generator<void, void> {
    const reader = this.#reader;
    const from = reader.at;
    yield* this.#pass();
    const bytes = reader.at - from;
    if (bytes > this.#writer.limits.spanBytes) {
      draft.refuseSize(bytes);
      return;
    }
    reader.at = from;
    read();
  }

  #scope(names: ScopeDraft): void {
    const reader = this.#reader;
    const draft = this.#writer.origin.scope;
    this.#object('scope', SCOPE, (field) => {
      if (field === 1) names.name = reader.text('scope.name');
      else if (field === 2) names.version = reader.text('scope.version');
      else if (field === 3) this.#attributes(draft);
      else if (field === 4) draft.droppedAttributes = this.#uint32('droppedAttributesCount');
      else reader.skip();
    });
  }

  *#spans(large: ReadonlySet<number>): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openArray('spans')) return;
    for (let first = true; reader.nextElement(first); first = false) {
      reader.peek();
      const from = reader.at;
      if (large.has(from)) yield* this.#largeSpan();
      else this.#span();
      if (this.#pace.isOver(reader.at - from)) yield;
    }
  }

  #span(): void {
    const scratch = this.#scratch;
    const writer = this.#writer;
    scratch.length = 0;
    writer.openSpan(scratch.data);
    this.#object('span', SPAN, (field) => {
      this.#spanField(field);
    });
    writer.source = scratch.data;
    writer.closeSpan();
  }

  /** A span over the limit: only what its refusal tells is read. */
  *#largeSpan(): Generator<void, void> {
    const reader = this.#reader;
    const writer = this.#writer;
    const begin = reader.at;
    this.#scratch.length = 0;
    writer.openSpan(this.#scratch.data);
    yield* this.#largeObject('span', SPAN, (field) => this.#largeSpanField(field));
    writer.source = this.#scratch.data;
    writer.refuseSize(reader.at - begin);
    writer.closeSpan();
  }

  *#largeSpanField(field: number): Generator<void, void> {
    const reader = this.#reader;
    const from = reader.at;
    yield* this.#pass();
    if (!TOLD.has(field) || reader.at - from > this.#writer.limits.attributeBytes) return;
    reader.at = from;
    this.#spanField(field);
  }

  #spanField(field: number): void {
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
        writer.kind = this.#enum('kind', 'SPAN_KIND_', SPAN_KINDS);
        return;
      case 7:
        [writer.startLow, writer.startHigh] = this.#uint64('startTimeUnixNano');
        return;
      case 8:
        [writer.endLow, writer.endHigh] = this.#uint64('endTimeUnixNano');
        return;
      case 9:
        this.#attributes(writer.attributes);
        return;
      case 10:
        writer.droppedAttributes = this.#uint32('droppedAttributesCount');
        return;
      case 11:
        this.#list('events', () => {
          if (writer.closed) reader.skip();
          else this.#event();
        });
        return;
      case 12:
        writer.droppedEvents = this.#uint32('droppedEventsCount');
        return;
      case 13:
        this.#list('links', () => {
          if (writer.closed) reader.skip();
          else this.#link();
        });
        return;
      case 14:
        writer.droppedLinks = this.#uint32('droppedLinksCount');
        return;
      case 15:
        this.#status();
        return;
      case 16:
        writer.flags = this.#uint32('flags');
        return;
      default:
        reader.skip();
    }
  }

  #status(): void {
    const writer = this.#writer;
    this.#object('status', STATUS, (field) => {
      if (field === 1) [writer.messageFrom, writer.messageTo] = this.#keep('status.message');
      else if (field === 2) writer.status = this.#enum('status.code', 'STATUS_CODE_', STATUS_CODES);
      else this.#reader.skip();
    });
  }

  #event(): void {
    const writer = this.#writer;
    let time: readonly [number, number] = [0, 0];
    let name: readonly [number, number] = [0, 0];
    let dropped = 0;
    this.#object('event', EVENT, (field) => {
      if (field === 1) time = this.#uint64('timeUnixNano');
      else if (field === 2) name = this.#keep('event.name');
      else if (field === 3) this.#attributes(writer.eventAttributes);
      else if (field === 4) dropped = this.#uint32('droppedAttributesCount');
      else this.#reader.skip();
    });
    writer.closeEvent(time[0], time[1], this.#scratch.data, name[0], name[1], dropped);
  }

  #link(): void {
    const link = emptyLink();
    this.#object('link', LINK, (field) => {
      this.#linkField(link, field);
    });
    this.#writer.closeLink(this.#scratch.data, link);
  }

  #linkField(link: LinkDraft, field: number): void {
    if (field === 1) [link.traceIdFrom, link.traceIdTo] = this.#id('link.traceId');
    else if (field === 2) [link.spanIdFrom, link.spanIdTo] = this.#id('link.spanId');
    else if (field === 3) [link.stateFrom, link.stateTo] = this.#keep('link.traceState');
    else if (field === 4) this.#attributes(this.#writer.linkAttributes);
    else if (field === 5) link.droppedAttributes = this.#uint32('droppedAttributesCount');
    else if (field === 6) link.flags = this.#uint32('flags');
    else this.#reader.skip();
  }

  #attributes(sink: AttributeSink): void {
    this.#list('attributes', () => {
      if (sink.closed) this.#reader.skip();
      else this.#attribute(sink);
    });
  }

  #attribute(sink: AttributeSink): void {
    const reader = this.#reader;
    const key = this.#key;
    const text = this.#text;
    let letter: number = LETTER.empty;
    key.length = text.length = 0;
    this.#tooDeep = false;
    this.#object('attribute', KEY_VALUE, (field) => {
      if (field === 1) {
        reader.string('key');
        key.length = 0;
        key.copy(reader.source, reader.from, reader.to);
      } else if (field === 2) letter = this.#anyValue();
      else reader.skip();
    });
    if (this.#wasTooDeep()) sink.refuseNesting();
    else sink.put(key.data, 0, key.length, letter, text.data, 0, text.length);
  }

  #wasTooDeep(): boolean {
    return this.#tooDeep;
  }

  /** Leaves the value's text in `#text` and returns its type letter; the last of several values counts. */
  #anyValue(): number {
    const reader = this.#reader;
    const text = this.#text;
    let letter: number = LETTER.empty;
    text.length = 0;
    this.#object('value', ANY_VALUE, (field) => {
      if (field === 1 && reader.peek() === QUOTE) {
        reader.string('stringValue');
        text.length = 0;
        text.copy(reader.source, reader.from, reader.to);
        letter = LETTER.string;
        return;
      }
      const value = this.#oneOf(field, this.#writer.limits.nesting);
      if (value === undefined) return;
      text.length = 0;
      text.utf8(presentValue(value));
      letter = LETTER[value.type];
    });
    return letter;
  }

  /** The value of one field of an AnyValue; undefined for null and for fields nobody knows. */
  #oneOf(field: number, nesting: number): AttributeValue | undefined {
    const reader = this.#reader;
    if (field === 0 || reader.peek() === 0x6e /* null */) {
      reader.skip();
      return undefined;
    }
    switch (field) {
      case 1:
        return { type: 'string', value: reader.text('stringValue') };
      case 2:
        return { type: 'bool', value: reader.boolean('boolValue') };
      case 3:
        return this.#intValue();
      case 4:
        return { type: 'double', value: this.#double() };
      case 5:
        return { type: 'array', value: this.#nested(nesting, (left) => this.#value(left)) };
      case 6:
        return { type: 'map', value: this.#nested(nesting, (left) => this.#entry(left)) };
      default:
        return { type: 'bytes', value: Buffer.from(reader.text('bytesValue'), 'base64') };
    }
  }

  #nested<Item>(nesting: number, element: (left: number) => Item): Item[] {
    const items: Item[] = [];
    if (nesting === 0) {
      this.#tooDeep = true;
      this.#reader.skip();
      return items;
    }
    this.#object('value', VALUES, (field) => {
      if (field === 1) this.#list('values', () => items.push(element(nesting - 1)));
      else this.#reader.skip();
    });
    return items;
  }

  #value(nesting: number): AttributeValue {
    let value: AttributeValue = { type: 'empty' };
    this.#object('value', ANY_VALUE, (field) => {
      value = this.#oneOf(field, nesting) ?? value;
    });
    return value;
  }

  #entry(nesting: number): Attribute {
    let key = '';
    let value: AttributeValue = { type: 'empty' };
    this.#object('value', KEY_VALUE, (field) => {
      if (field === 1) key = this.#reader.text('key');
      else if (field === 2) value = this.#value(nesting);
      else this.#reader.skip();
    });
    return { key, value };
  }

  /** An object of any size: read with pauses. */
  *#largeObject(
    what: string,
    names: FieldNames,
    read: (field: number) => Generator<void, void>,
  ): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openObject(what)) return;
    for (let first = true; reader.nextField(first); first = false) {
      yield* read(this.#field(names));
      if (this.#pace.isOver(0)) yield;
    }
  }

  #object(what: string, names: FieldNames, read: (field: number) => void): void {
    const reader = this.#reader;
    if (!reader.openObject(what)) return;
    for (let first = true; reader.nextField(first); first = false) read(this.#field(names));
  }

  #list(what: string, read: () => void): void {
    const reader = this.#reader;
    if (!reader.openArray(what)) return;
    for (let first = true; reader.nextElement(first); first = false) read();
  }

  #field(names: FieldNames): number {
    const reader = this.#reader;
    return names.find(reader.source, reader.from, reader.to);
  }

  /** A string, kept in the scratch buffer until the span is closed. */
  #keep(what: string): readonly [number, number] {
    const reader = this.#reader;
    reader.string(what);
    const from = this.#scratch.length;
    this.#scratch.copy(reader.source, reader.from, reader.to);
    return [from, this.#scratch.length];
  }

  /** An id in hex, as OTLP has it, or in base64, as protobuf's own JSON has it: no id looks like both. */
  #id(what: string): readonly [number, number] {
    const text = this.#reader.text(what);
    const from = this.#scratch.length;
    const bytes = Buffer.from(text, isHex(text) ? 'hex' : 'base64');
    this.#scratch.copy(bytes, 0, bytes.length);
    return [from, this.#scratch.length];
  }

  /** A number, or a name with its prefix; names nobody knows are 0, as in protobuf's own JSON. */
  #enum(what: string, prefix: string, names: readonly string[]): number {
    const reader = this.#reader;
    if (reader.peek() !== QUOTE) return this.#uint32(what);
    const text = reader.text(what);
    if (/^[+-]?\d{1,20}$/.test(text)) return Number(BigInt(text) & MASK_32);
    return text.startsWith(prefix) ? Math.max(0, names.indexOf(text.slice(prefix.length).toLowerCase())) : 0;
  }

  #uint32(what: string): number {
    return Number(this.#integer(what) & MASK_32);
  }

  #uint64(what: string): readonly [number, number] {
    const value = this.#integer(what);
    return [Number(value & MASK_32), Number((value >> 32n) & MASK_32)];
  }

  /** JavaScript's exporter calls every whole number an integer: one that 64 bits do not hold is the double that it was. */
  #intValue(): AttributeValue {
    const value = this.#integer('intValue', { min: -Infinity, max: Infinity });
    if (value > MAX_INT64 || value < MIN_INT64) return { type: 'double', value: Number(value) };
    return { type: 'int', value };
  }

  #integer(what: string, range: IntegerRange = WHOLE_64): bigint {
    const reader = this.#reader;
    reader.peek();
    const at = reader.at;
    const text = reader.numeral(what);
    const value = parseInteger(text);
    if (value === undefined || value > range.max || value < range.min) {
      throw reader.fault(`expected a whole number of 64 bits for ${what}`, at);
    }
    return value;
  }

  #double(): number {
    const reader = this.#reader;
    reader.peek();
    const at = reader.at;
    const text = reader.numeral('doubleValue').replace(/^([+-]?)inf$/, '$1Infinity');
    if (!DOUBLE.test(text)) throw reader.fault('expected a number for doubleValue', at);
    return Number(text);
  }
}

/** 64-bit integers keep every digit; numbers with a point or an exponent are taken if they are whole. */
function parseInteger(text: string): bigint | undefined {
  if (text === '') return 0n;
  if (/^[+-]?\d{1,20}$/.test(text)) return BigInt(text);
  const value = DOUBLE.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
}
