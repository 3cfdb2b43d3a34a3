import type { Attribute, AttributeValue, Attributes } from '../../../span/attribute.ts';
import {
  type Resource,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanLink,
  SPAN_KINDS,
  STATUS_CODES,
} from '../../../span/span.ts';
import { MessageWriter } from '../../../wire/message-writer.ts';
import { messageField, stringField } from '../../../wire/protobuf-writer.ts';
import { TRACE_ID_BYTES, SPAN_ID_BYTES } from './ids.ts';

/** Spans of one message; enough that a message costs little beside them. */
const MAX_SPANS = 500;
/** Clients take messages of up to 4 MiB unless told otherwise; a span that is larger by itself goes alone. */
const MAX_BYTES = 1 << 20;

/** Field numbers of OTLP's messages. */
const RESOURCE_SPANS = 1;
const RESOURCE = { attributes: 1, dropped: 2 };
const SCOPE = { name: 1, version: 2, attributes: 3, dropped: 4 };
const OF_RESOURCE = { resource: 1, scopeSpans: 2, schemaUrl: 3 };
const OF_SCOPE = { scope: 1, span: 2, schemaUrl: 3 };
const SPAN = {
  traceId: 1,
  spanId: 2,
  traceState: 3,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attributes: 9,
  droppedAttributes: 10,
  events: 11,
  droppedEvents: 12,
  links: 13,
  droppedLinks: 14,
  status: 15,
  flags: 16,
};
const EVENT = { time: 1, name: 2, attributes: 3, dropped: 4 };
const LINK = { traceId: 1, spanId: 2, traceState: 3, attributes: 4, dropped: 5, flags: 6 };
const STATUS = { message: 2, code: 3 };
const KEY_VALUE = { key: 1, value: 2 };
const ANY = { string: 1, bool: 2, int: 3, double: 4, array: 5, map: 6, bytes: 7 };
const VALUES = 1;

/**
 * Spans of one trace as messages `TracesData`, none of them empty. Within a message they stand by resource and scope;
 * what many spans share is encoded once.
 */
export async function* encodeTraces(
  chunks: AsyncIterable<readonly Span[]> | Iterable<readonly Span[]>,
): AsyncGenerator<Buffer> {
  const origins = new Origins();
  let message = new TracesMessage(origins);
  for await (const chunk of chunks) {
    for (const span of chunk) {
      message.add(span);
      if (!message.isFull()) continue;
      yield message.take();
      message = new TracesMessage(origins);
    }
  }
  if (!message.isEmpty()) yield message.take();
}

/** One message while it is made. */
class TracesMessage {
  readonly #origins: Origins;
  readonly #spans = new Map<Resource, Map<Scope, Buffer[]>>();
  #count = 0;
  #bytes = 0;

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  add(span: Span): void {
    const encoded = this.#origins.span(span);
    this.#spansOf(span.resource, span.scope).push(encoded);
    this.#count++;
    this.#bytes += encoded.length;
  }

  isEmpty(): boolean {
    return this.#count === 0;
  }

  isFull(): boolean {
    return this.#count >= MAX_SPANS || this.#bytes >= MAX_BYTES;
  }

  #spansOf(resource: Resource, scope: Scope): Buffer[] {
    const scopes = this.#spans.get(resource) ?? new Map<Scope, Buffer[]>();
    const spans = scopes.get(scope) ?? [];
    this.#spans.set(resource, scopes.set(scope, spans));
    return spans;
  }

  take(): Buffer {
    return Buffer.concat(
      [...this.#spans].map(([resource, scopes]) =>
        messageField(
          RESOURCE_SPANS,
          messageField(OF_RESOURCE.resource, this.#origins.resource(resource)),
          ...[...scopes].map(([scope, spans]) =>
            messageField(
              OF_RESOURCE.scopeSpans,
              messageField(OF_SCOPE.scope, this.#origins.scope(scope)),
              ...spans,
              stringField(OF_SCOPE.schemaUrl, scope.schemaUrl),
            ),
          ),
          stringField(OF_RESOURCE.schemaUrl, resource.schemaUrl),
        ),
      ),
    );
  }
}

/** Encodes, and remembers what came of resources and scopes. */
class Origins {
  readonly #writer = new MessageWriter();
  readonly #resources = new Map<Resource, Buffer>();
  readonly #scopes = new Map<Scope, Buffer>();

  resource(resource: Resource): Buffer {
    let encoded = this.#resources.get(resource);
    if (encoded === undefined) {
      writeAttributes(this.#writer, RESOURCE.attributes, resource.attributes);
      this.#writer.varint(RESOURCE.dropped, resource.droppedAttributesCount);
      this.#resources.set(resource, (encoded = this.#writer.take()));
    }
    return encoded;
  }

  scope(scope: Scope): Buffer {
    let encoded = this.#scopes.get(scope);
    if (encoded === undefined) {
      this.#writer.text(SCOPE.name, scope.name);
      this.#writer.text(SCOPE.version, scope.version);
      writeAttributes(this.#writer, SCOPE.attributes, scope.attributes);
      this.#writer.varint(SCOPE.dropped, scope.droppedAttributesCount);
      this.#scopes.set(scope, (encoded = this.#writer.take()));
    }
    return encoded;
  }

  /** As the field of ScopeSpans that it is. */
  span(span: Span): Buffer {
    this.#writer.message(OF_SCOPE.span, () => {
      writeSpan(this.#writer, span);
    });
    return this.#writer.take();
  }
}

function writeSpan(writer: MessageWriter, span: Span): void {
  writer.id(SPAN.traceId, span.traceId, TRACE_ID_BYTES);
  writer.id(SPAN.spanId, span.spanId, SPAN_ID_BYTES);
  writer.text(SPAN.traceState, span.traceState);
  if (span.parentSpanId !== undefined) writer.id(SPAN.parentSpanId, span.parentSpanId, SPAN_ID_BYTES);
  writer.text(SPAN.name, span.name);
  writer.varint(SPAN.kind, SPAN_KINDS.indexOf(span.kind));
  writer.fixed64(SPAN.start, span.startNanos);
  writer.fixed64(SPAN.end, span.startNanos + span.durationNanos);
  writeAttributes(writer, SPAN.attributes, span.attributes);
  writer.varint(SPAN.droppedAttributes, span.droppedAttributesCount);
  for (const event of span.events) {
    writer.message(SPAN.events, () => {
      writeEvent(writer, event);
    });
  }
  writer.varint(SPAN.droppedEvents, span.droppedEventsCount);
  for (const link of span.links) {
    writer.message(SPAN.links, () => {
      writeLink(writer, link);
    });
  }
  writer.varint(SPAN.droppedLinks, span.droppedLinksCount);
  writer.message(SPAN.status, () => {
    writer.text(STATUS.message, span.statusMessage);
    writer.varint(STATUS.code, STATUS_CODES.indexOf(span.statusCode));
  });
  writer.fixed32(SPAN.flags, span.flags);
}

function writeEvent(writer: MessageWriter, event: SpanEvent): void {
  writer.fixed64(EVENT.time, event.timeNanos);
  writer.text(EVENT.name, event.name);
  writeAttributes(writer, EVENT.attributes, event.attributes);
  writer.varint(EVENT.dropped, event.droppedAttributesCount);
}

function writeLink(writer: MessageWriter, link: SpanLink): void {
  writer.bytes(LINK.traceId, Buffer.from(link.traceId, 'hex'));
  writer.bytes(LINK.spanId, Buffer.from(link.spanId, 'hex'));
  writer.text(LINK.traceState, link.traceState);
  writeAttributes(writer, LINK.attributes, link.attributes);
  writer.varint(LINK.dropped, link.droppedAttributesCount);
  writer.fixed32(LINK.flags, link.flags);
}

function writeAttributes(writer: MessageWriter, field: number, attributes: Attributes): void {
  for (const attribute of attributes) {
    writer.message(field, () => {
      writeAttribute(writer, attribute);
    });
  }
}

function writeAttribute(writer: MessageWriter, { key, value }: Attribute): void {
  writer.text(KEY_VALUE.key, key);
  writer.message(KEY_VALUE.value, () => {
    writeValue(writer, value);
  });
}

function writeValue(writer: MessageWriter, value: AttributeValue): void {
  switch (value.type) {
    case 'string':
      writer.presentText(ANY.string, value.value);
      return;
    case 'int':
      writer.presentInt64(ANY.int, value.value);
      return;
    case 'double':
      writer.presentDouble(ANY.double, value.value);
      return;
    case 'bool':
      writer.presentBool(ANY.bool, value.value);
      return;
    case 'bytes':
      writer.bytes(ANY.bytes, value.value);
      return;
    case 'array':
      writer.message(ANY.array, () => {
        for (const item of value.value) {
          writer.message(VALUES, () => {
            writeValue(writer, item);
          });
        }
      });
      return;
    case 'map':
      writer.message(ANY.map, () => {
        writeAttributes(writer, VALUES, value.value);
      });
      return;
    case 'empty':
      return;
  }
}
