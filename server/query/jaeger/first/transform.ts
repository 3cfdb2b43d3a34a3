import { parseValue } from '../../../columns/attribute-text.ts';
import { Fault } from '../../../errors/fault.ts';
import type { AttributeSink } from '../../../ingest/attribute-sink.ts';
import { AttributesReader } from '../../../ingest/otlp/decode-json-attributes.ts';
import {
  fieldNumber,
  readEnum,
  readId,
  readInteger,
  readList,
  readObject,
  readUint32,
} from '../../../ingest/otlp/decode-json-field.ts';
import { Pace } from '../../../wire/pace.ts';
import type { Attribute, Attributes } from '../../../span/attribute.ts';
import {
  type Resource,
  SPAN_KINDS,
  STATUS_CODES,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanId,
  type SpanLink,
  type TraceId,
} from '../../../span/span.ts';
import { FieldNames } from '../../../wire/field-names.ts';
import { JsonReader } from '../../../wire/json-reader.ts';

/** Field numbers by name, per message; names in snake case are what some senders write. */
const TRACES = new FieldNames([['resourceSpans', 'resource_spans']]);
const RESOURCE_SPANS = new FieldNames([['resource'], ['scopeSpans', 'scope_spans']]);
const RESOURCE = new FieldNames([['attributes']]);
const SCOPE_SPANS = new FieldNames([['scope'], ['spans']]);
const SCOPE = new FieldNames([['name'], ['version']]);
const SPAN = new FieldNames([
  ['traceId', 'trace_id'],
  ['spanId', 'span_id'],
  ['parentSpanId', 'parent_span_id'],
  ['traceState', 'trace_state'],
  ['name'],
  ['kind'],
  ['startTimeUnixNano', 'start_time_unix_nano'],
  ['endTimeUnixNano', 'end_time_unix_nano'],
  ['attributes'],
  ['events'],
  ['links'],
  ['status'],
  ['flags'],
]);
const EVENT = new FieldNames([['timeUnixNano', 'time_unix_nano'], ['name'], ['attributes']]);
const LINK = new FieldNames([['traceId', 'trace_id'], ['spanId', 'span_id'], ['attributes']]);
const STATUS = new FieldNames([['message'], ['code']]);

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const NO_TRACE = '0'.repeat(2 * TRACE_ID_BYTES);
const NO_SPAN = '0'.repeat(2 * SPAN_ID_BYTES);
/** Passed over between two looks at the pace. */
const PASSED_BYTES = 1 << 16;
/** Arrays and maps within each other; deeper is no trace, but somebody trying how deep we dig. */
const MAX_NESTING = 64;
const SERVICE_NAME = 'service.name';
const UNKNOWN_SERVICE = 'unknown_service';
const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

export type SpansByTrace = ReadonlyMap<TraceId, readonly Span[]>;

/**
 * The spans of OTLP/JSON by their trace, both in the order in which they come: what the first generation shows of them, and
 * no more (no counts of what was dropped, no schemas). Pauses now and then, so that a large body does not keep everybody
 * else waiting. Throws Fault `invalid` with the offset when the body cannot be read.
 */
export function* parseOtlpTraces(body: Uint8Array): Generator<void, SpansByTrace> {
  const parser = new Parser(body);
  yield* parser.traces();
  return parser.byTrace;
}

type Draft = { -readonly [Field in keyof Span]: Span[Field] } & { endNanos: bigint };

class Parser {
  readonly byTrace = new Map<TraceId, Span[]>();
  readonly #reader: JsonReader;
  readonly #attributes: AttributesReader;
  readonly #sink = new CollectingSink();
  readonly #pace = new Pace();

  constructor(body: Uint8Array) {
    this.#reader = new JsonReader(body, 'OTLP JSON');
    this.#attributes = new AttributesReader(this.#reader, MAX_NESTING);
  }

  *traces(): Generator<void, void> {
    const reader = this.#reader;
    yield* this.#object('the traces', TRACES, (field) =>
      field === 1 ? this.#each('resourceSpans', () => this.#resourceSpans()) : this.#pass(),
    );
    reader.end();
  }

  /** The resource may stand behind its spans: they are passed over, and read afterwards. */
  *#resourceSpans(): Generator<void, void> {
    const reader = this.#reader;
    const spans: number[] = [];
    let resource: Resource = resourceOf([]);
    yield* this.#object('resourceSpans', RESOURCE_SPANS, (field) => {
      if (field === 1) {
        resource = this.#resource();
        return undefined;
      }
      if (field === 2) spans.push(reader.at);
      return this.#pass();
    });
    const end = reader.at;
    for (const at of spans) {
      reader.at = at;
      yield* this.#each('scopeSpans', () => this.#scopeSpans(resource));
    }
    reader.at = end;
  }

  #resource(): Resource {
    let attributes: Attributes = [];
    readObject(this.#reader, 'resource', RESOURCE, (field) => {
      if (field === 1) attributes = this.#readAttributes();
      else this.#reader.skip();
    });
    return resourceOf(attributes);
  }

  *#scopeSpans(resource: Resource): Generator<void, void> {
    const reader = this.#reader;
    const spans: number[] = [];
    let scope = NO_SCOPE;
    yield* this.#object('scopeSpans', SCOPE_SPANS, (field) => {
      if (field === 1) {
        scope = this.#scope();
        return undefined;
      }
      if (field === 2) spans.push(reader.at);
      return this.#pass();
    });
    const end = reader.at;
    for (const at of spans) {
      reader.at = at;
      yield* this.#each('spans', () => {
        this.#keep(this.#span(resource, scope));
        return undefined;
      });
    }
    reader.at = end;
  }

  #scope(): Scope {
    const reader = this.#reader;
    let { name, version } = NO_SCOPE;
    readObject(reader, 'scope', SCOPE, (field) => {
      if (field === 1) name = reader.text('scope.name');
      else if (field === 2) version = reader.text('scope.version');
      else reader.skip();
    });
    return { ...NO_SCOPE, name, version };
  }

  #keep(span: Span): void {
    const spans = this.byTrace.get(span.traceId);
    if (spans === undefined) this.byTrace.set(span.traceId, [span]);
    else spans.push(span);
  }

  #span(resource: Resource, scope: Scope): Span {
    const draft = draftOf(resource, scope);
    readObject(this.#reader, 'span', SPAN, (field) => {
      this.#spanField(draft, field);
    });
    const { endNanos, ...span } = draft;
    return { ...span, durationNanos: endNanos > span.startNanos ? endNanos - span.startNanos : 0n };
  }

  #spanField(draft: Draft, field: number): void {
    const reader = this.#reader;
    switch (field) {
      case 1:
        draft.traceId = this.#id('traceId', TRACE_ID_BYTES) as TraceId;
        return;
      case 2:
        draft.spanId = this.#id('spanId', SPAN_ID_BYTES) as SpanId;
        return;
      case 3:
        draft.parentSpanId = this.#parent();
        return;
      case 4:
        draft.traceState = reader.text('traceState');
        return;
      case 5:
        draft.name = reader.text('name');
        return;
      case 6:
        draft.kind = SPAN_KINDS[readEnum(reader, 'kind', 'SPAN_KIND_', SPAN_KINDS)] ?? 'unspecified';
        return;
      case 7:
        draft.startNanos = this.#time('startTimeUnixNano');
        return;
      case 8:
        draft.endNanos = this.#time('endTimeUnixNano');
        return;
      case 9:
        draft.attributes = this.#readAttributes();
        return;
      case 10:
        draft.events = this.#list('events', () => this.#event());
        return;
      case 11:
        draft.links = this.#list('links', () => this.#link());
        return;
      case 12:
        this.#status(draft);
        return;
      case 13:
        draft.flags = readUint32(reader, 'flags');
        return;
      default:
        reader.skip();
    }
  }

  #status(draft: Draft): void {
    const reader = this.#reader;
    readObject(reader, 'status', STATUS, (field) => {
      if (field === 1) draft.statusMessage = reader.text('status.message');
      else if (field === 2) {
        draft.statusCode = STATUS_CODES[readEnum(reader, 'status.code', 'STATUS_CODE_', STATUS_CODES)] ?? 'unset'; // prettier-ignore
      } else reader.skip();
    });
  }

  #event(): SpanEvent {
    const reader = this.#reader;
    let [timeNanos, name, attributes]: [bigint, string, Attributes] = [0n, '', []];
    readObject(reader, 'event', EVENT, (field) => {
      if (field === 1) timeNanos = this.#time('timeUnixNano');
      else if (field === 2) name = reader.text('event.name');
      else if (field === 3) attributes = this.#readAttributes();
      else reader.skip();
    });
    return { timeNanos, name, attributes, droppedAttributesCount: 0 };
  }

  #link(): SpanLink {
    const reader = this.#reader;
    let [traceId, spanId, attributes]: [string, string, Attributes] = [NO_TRACE, NO_SPAN, []];
    readObject(reader, 'link', LINK, (field) => {
      if (field === 1) traceId = this.#id('link.traceId', TRACE_ID_BYTES);
      else if (field === 2) spanId = this.#id('link.spanId', SPAN_ID_BYTES);
      else if (field === 3) attributes = this.#readAttributes();
      else reader.skip();
    });
    return { traceId, spanId, traceState: '', attributes, droppedAttributesCount: 0, flags: 0 };
  }

  #parent(): SpanId | undefined {
    const id = this.#id('parentSpanId', SPAN_ID_BYTES);
    return id === NO_SPAN ? undefined : (id as SpanId);
  }

  #id(what: string, bytes: number): string {
    const reader = this.#reader;
    reader.peek();
    const at = reader.at;
    const id = readId(reader, what);
    if (id.length === 0) return '0'.repeat(2 * bytes);
    if (id.length !== bytes) throw reader.fault(`expected ${bytes} bytes in hex for ${what}`, at);
    return id.toString('hex');
  }

  #time(what: string): bigint {
    return readInteger(this.#reader, what);
  }

  #list<T>(what: string, item: () => T): readonly T[] {
    const items: T[] = [];
    readList(this.#reader, what, () => items.push(item()));
    return items;
  }

  #readAttributes(): Attributes {
    this.#attributes.read(this.#sink);
    return this.#sink.take();
  }

  /** What `read` returns is what is left to do of the field, with pauses. */
  *#object(
    what: string,
    names: FieldNames,
    read: (field: number) => Generator<void, void> | undefined,
  ): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openObject(what)) return;
    for (let first = true; reader.nextField(first); first = false) {
      const rest = read(fieldNumber(reader, names));
      if (rest !== undefined) yield* rest;
    }
  }

  *#each(what: string, element: () => Generator<void, void> | undefined): Generator<void, void> {
    const reader = this.#reader;
    if (!reader.openArray(what)) return;
    for (let first = true; reader.nextElement(first); first = false) {
      const from = reader.at;
      const rest = element();
      if (rest !== undefined) yield* rest;
      if (this.#pace.isOver(reader.at - from)) yield;
    }
  }

  *#pass(): Generator<void, void> {
    const reader = this.#reader;
    for (;;) {
      const from = reader.at;
      const isOver = reader.skip(PASSED_BYTES);
      if (this.#pace.isOver(reader.at - from)) yield;
      if (isOver) return;
    }
  }
}

/** Makes values of attributes as their reader finds them. */
class CollectingSink implements AttributeSink {
  readonly closed = false;
  #attributes: Attribute[] = [];

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    const value = parseValue(String.fromCharCode(letter), textOf(source, from, to));
    this.#attributes.push({ key: textOf(keySource, keyFrom, keyTo), value });
  }

  refuseNesting(): void {
    throw new Fault('invalid', `an attribute has more than ${MAX_NESTING} arrays and maps within each other`);
  }

  /** Those put since the last time. */
  take(): Attributes {
    const attributes = this.#attributes;
    this.#attributes = [];
    return attributes;
  }
}

function textOf(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('utf8');
}

function resourceOf(attributes: Attributes): Resource {
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}

function serviceOf({ attributes }: Resource): string {
  const named = attributes.find(({ key }) => key === SERVICE_NAME)?.value;
  return named?.type === 'string' && named.value !== '' ? named.value : UNKNOWN_SERVICE;
}

function draftOf(resource: Resource, scope: Scope): Draft {
  return {
    traceId: NO_TRACE as TraceId,
    spanId: NO_SPAN as SpanId,
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name: '',
    service: serviceOf(resource),
    kind: 'unspecified',
    startNanos: 0n,
    endNanos: 0n,
    durationNanos: 0n,
    statusCode: 'unset',
    statusMessage: '',
    attributes: [],
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource,
    scope,
  };
}
