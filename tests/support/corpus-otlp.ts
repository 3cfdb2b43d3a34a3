import type { Attribute, AttributeValue } from '../../server/span/attribute.ts';
import {
  SPAN_KINDS,
  STATUS_CODES,
  type Span,
  type SpanEvent,
  type SpanLink,
} from '../../server/span/span.ts';
import { messageField } from '../../server/wire/protobuf-writer.ts';

/*
 * Spans as the two encodings of OTLP, written by the letter of its protocol files: one object and one message for each,
 * in the same words, so that a reader can hold them side by side.
 */

/** Every span under a resource and a scope of its own. */
export function presentOtlp(spans: readonly Span[]): string {
  const resourceSpans = spans.map((span) => ({
    resource: presentAttributed(span.resource),
    scopeSpans: [
      {
        scope: { name: span.scope.name, version: span.scope.version, ...presentAttributed(span.scope) },
        spans: [presentSpan(span)],
        schemaUrl: span.scope.schemaUrl,
      },
    ],
    schemaUrl: span.resource.schemaUrl,
  }));
  return JSON.stringify({ resourceSpans });
}

/** `strange` gives what stands between the fields of every message: fields that nobody knows. */
export function encodeOtlp(spans: readonly Span[], strange: () => Buffer = () => Buffer.alloc(0)): Buffer {
  const encoder = new Encoder(strange);
  return encoder.request(spans);
}

interface Attributed {
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
}

function presentAttributed({ attributes, droppedAttributesCount }: Attributed): object {
  return { attributes: attributes.map(presentAttribute), droppedAttributesCount };
}

function presentSpan(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId ?? '',
    flags: span.flags,
    name: span.name,
    kind: SPAN_KINDS.indexOf(span.kind),
    startTimeUnixNano: String(span.startNanos),
    endTimeUnixNano: String(span.startNanos + span.durationNanos),
    ...presentAttributed(span),
    events: span.events.map(presentEvent),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(presentLink),
    droppedLinksCount: span.droppedLinksCount,
    status: { message: span.statusMessage, code: STATUS_CODES.indexOf(span.statusCode) },
  };
}

function presentEvent(event: SpanEvent): object {
  return { timeUnixNano: String(event.timeNanos), name: event.name, ...presentAttributed(event) };
}

function presentLink({ traceId, spanId, traceState, flags, ...link }: SpanLink): object {
  return { traceId, spanId, traceState, flags, ...presentAttributed(link) };
}

function presentAttribute({ key, value }: Attribute): object {
  return { key, value: presentValue(value) };
}

function presentValue(value: AttributeValue): object {
  switch (value.type) {
    case 'string':
      return { stringValue: value.value };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: String(value.value) };
    case 'double':
      return { doubleValue: presentDouble(value.value) };
    case 'array':
      return { arrayValue: { values: value.value.map(presentValue) } };
    case 'map':
      return { kvlistValue: { values: value.value.map(presentAttribute) } };
    case 'bytes':
      return { bytesValue: Buffer.from(value.value).toString('base64') };
    case 'empty':
      return {};
  }
}

/** As a string, which JSON keeps as it is: numbers there have no infinities and no negative zero. */
function presentDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const VARINT = 0;
const FIXED64 = 1;
const FIXED32 = 5;

class Encoder {
  readonly #strange: () => Buffer;

  constructor(strange: () => Buffer) {
    this.#strange = strange;
  }

  request(spans: readonly Span[]): Buffer {
    return this.#join(spans.map((span) => messageField(1, this.#resourceSpans(span))));
  }

  #join(fields: readonly Buffer[]): Buffer {
    return Buffer.concat([...fields.flatMap((field) => [this.#strange(), field]), this.#strange()]);
  }

  #resourceSpans({ resource, scope, ...span }: Span): Buffer {
    const scopeSpans = this.#join([
      messageField(
        1,
        this.#join([text(1, scope.name), text(2, scope.version), ...this.#attributed(3, 4, scope)]),
      ),
      messageField(2, this.#span(span)),
      text(3, scope.schemaUrl),
    ]);
    return this.#join([
      messageField(1, this.#join(this.#attributed(1, 2, resource))),
      messageField(2, scopeSpans),
      text(3, resource.schemaUrl),
    ]);
  }

  #span(span: Omit<Span, 'resource' | 'scope'>): Buffer {
    const status = [text(2, span.statusMessage), varint(3, BigInt(STATUS_CODES.indexOf(span.statusCode)))];
    return this.#join([
      bytes(1, span.traceId),
      bytes(2, span.spanId),
      text(3, span.traceState),
      bytes(4, span.parentSpanId ?? ''),
      text(5, span.name),
      varint(6, BigInt(SPAN_KINDS.indexOf(span.kind))),
      fixed64(7, span.startNanos),
      fixed64(8, span.startNanos + span.durationNanos),
      ...this.#attributed(9, 10, span),
      ...span.events.map((event) => messageField(11, this.#event(event))),
      varint(12, BigInt(span.droppedEventsCount)),
      ...span.links.map((link) => messageField(13, this.#link(link))),
      varint(14, BigInt(span.droppedLinksCount)),
      messageField(15, this.#join(status)),
      fixed32(16, span.flags),
    ]);
  }

  #event(event: SpanEvent): Buffer {
    return this.#join([fixed64(1, event.timeNanos), text(2, event.name), ...this.#attributed(3, 4, event)]);
  }

  #link(link: SpanLink): Buffer {
    return this.#join([
      bytes(1, link.traceId),
      bytes(2, link.spanId),
      text(3, link.traceState),
      ...this.#attributed(4, 5, link),
      fixed32(6, link.flags),
    ]);
  }

  #attributed(
    field: number,
    droppedField: number,
    { attributes, droppedAttributesCount }: Attributed,
  ): Buffer[] {
    const fields = attributes.map((attribute) => messageField(field, this.#attribute(attribute)));
    return [...fields, varint(droppedField, BigInt(droppedAttributesCount))];
  }

  #attribute({ key, value }: Attribute): Buffer {
    return this.#join([text(1, key), messageField(2, this.#join(this.#value(value)))]);
  }

  #value(value: AttributeValue): Buffer[] {
    switch (value.type) {
      case 'string':
        return [messageField(1, Buffer.from(value.value))];
      case 'bool':
        return [varint(2, value.value ? 1n : 0n)];
      case 'int':
        return [varint(3, BigInt.asUintN(64, value.value))];
      case 'double':
        return [Buffer.concat([head(4, FIXED64), double(value.value)])];
      case 'array':
        return [
          messageField(
            5,
            this.#join(value.value.map((item) => messageField(1, this.#join(this.#value(item))))),
          ),
        ];
      case 'map':
        return [
          messageField(6, this.#join(value.value.map((entry) => messageField(1, this.#attribute(entry))))),
        ];
      case 'bytes':
        return [messageField(7, value.value)];
      case 'empty':
        return [];
    }
  }
}

function text(field: number, value: string): Buffer {
  return messageField(field, Buffer.from(value));
}

function bytes(field: number, hex: string): Buffer {
  return messageField(field, Buffer.from(hex, 'hex'));
}

function varint(field: number, value: bigint): Buffer {
  return Buffer.concat([head(field, VARINT), encodeVarint(value)]);
}

function fixed64(field: number, value: bigint): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(value);
  return Buffer.concat([head(field, FIXED64), number]);
}

function fixed32(field: number, value: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(value);
  return Buffer.concat([head(field, FIXED32), number]);
}

function double(value: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeDoubleLE(value);
  return number;
}

function head(field: number, wire: number): Buffer {
  return encodeVarint(BigInt(field * 8 + wire));
}

function encodeVarint(value: bigint): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...digits, Number(rest)]);
}
