import { FieldNames } from '../../wire/field-names.ts';
import { JsonReader } from '../../wire/json-reader.ts';
import type { FactDraft } from '../fact-draft.ts';
import type { SpanWriter } from '../span-writer.ts';
import { AttributesReader } from './decode-json-attributes.ts';
import { fieldNumber, readObject, readUint32 } from './decode-json-field.ts';
import { SPAN, SpanReader, TOLD } from './decode-json-span.ts';
import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';

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
  readonly #attributes: AttributesReader;
  readonly #span: SpanReader;
  readonly #pace = new Pace();

  constructor(body: Uint8Array, writer: SpanWriter) {
    this.#reader = new JsonReader(body, 'OTLP JSON');
    this.#writer = writer;
    this.#attributes = new AttributesReader(this.#reader, writer.limits.nesting);
    this.#span = new SpanReader(this.#reader, writer, this.#attributes);
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
    const reader = this.#reader;
    const draft = this.#writer.origin.resource;
    readObject(reader, 'resource', RESOURCE, (field) => {
      if (field === 1) this.#attributes.read(draft);
      else if (field === 2) draft.droppedAttributes = readUint32(reader, 'droppedAttributesCount');
      else reader.skip();
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
    readObject(reader, 'scope', SCOPE, (field) => {
      if (field === 1) names.name = reader.text('scope.name');
      else if (field === 2) names.version = reader.text('scope.version');
      else if (field === 3) this.#attributes.read(draft);
      else if (field === 4) draft.droppedAttributes = readUint32(reader, 'droppedAttributesCount');
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
      else this.#span.read();
      if (this.#pace.isOver(reader.at - from)) yield;
    }
  }

  /** A span over the limit: only what its refusal tells is read. */
  *#largeSpan(): Generator<void, void> {
    const reader = this.#reader;
    const begin = reader.at;
    this.#span.open();
    yield* this.#largeObject('span', SPAN, (field) => this.#largeSpanField(field));
    this.#writer.refuseSize(reader.at - begin);
    this.#span.close();
  }

  *#largeSpanField(field: number): Generator<void, void> {
    const reader = this.#reader;
    const from = reader.at;
    yield* this.#pass();
    if (!TOLD.has(field) || reader.at - from > this.#writer.limits.attributeBytes) return;
    reader.at = from;
    this.#span.field(field);
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
      yield* read(fieldNumber(reader, names));
      if (this.#pace.isOver(0)) yield;
    }
  }
}
