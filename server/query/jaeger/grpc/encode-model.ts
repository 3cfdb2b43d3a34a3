import type { Attribute, AttributeValue, Attributes } from '../../../span/attribute.ts';
import type { Resource, Span, SpanEvent } from '../../../span/span.ts';
import { MessageWriter } from '../../../wire/message-writer.ts';
import type { AdjustedSpan } from '../adjust/adjust-trace.ts';
import { nestedJson } from '../first/nested-json.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.ts';

/** As many as Jaeger puts into one. */
const MAX_SPANS = 10;
/** Clients take messages of up to 4 MiB unless told otherwise; a span that is larger by itself goes alone. */
const MAX_BYTES = 1 << 20;

/** Field numbers of Jaeger's model. */
const CHUNK_SPAN = 1;
const SPAN = {
  traceId: 1,
  spanId: 2,
  operationName: 3,
  references: 4,
  startTime: 6,
  duration: 7,
  tags: 8,
  logs: 9,
  process: 10,
  warnings: 12,
};
const REFERENCE = { traceId: 1, spanId: 2, type: 3 };
const LOG = { timestamp: 1, fields: 2 };
const PROCESS = { serviceName: 1, tags: 2 };
const MOMENT = { seconds: 1, nanos: 2 };
const KEY_VALUE = { key: 1, type: 2, text: 3, bool: 4, int: 5, float: 6, binary: 7 };
const VALUE_TYPE = { string: 0, bool: 1, int64: 2, float64: 3, binary: 4 };
const CHILD_OF = 0;
const FOLLOWS_FROM = 1;

const SERVICE_NAME = 'service.name';
/** What OpenTelemetry's translator calls the service of a resource without any attribute. */
const NO_SERVICE_NAME = 'OTLPResourceNoServiceName';
const REF_TYPE = 'opentracing.ref_type';
const NANOS_PER_SECOND = 1_000_000_000n;

/** Spans of one trace as messages `SpansResponseChunk`, none of them empty. */
export async function* encodeChunks(
  chunks: AsyncIterable<readonly AdjustedSpan[]> | Iterable<readonly AdjustedSpan[]>,
): AsyncGenerator<Buffer> {
  const encoder = new ModelEncoder();
  let spans: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (const span of chunk) {
      const encoded = encoder.span(span);
      spans.push(encoded);
      bytes += encoded.length;
      if (spans.length < MAX_SPANS && bytes < MAX_BYTES) continue;
      yield Buffer.concat(spans);
      spans = [];
      bytes = 0;
    }
  }
  if (spans.length > 0) yield Buffer.concat(spans);
}

/** Every span has its process with it, which is encoded once for all that share a resource. */
class ModelEncoder {
  readonly #writer = new MessageWriter();
  readonly #processes = new Map<Resource, Buffer>();

  /** As the field of SpansResponseChunk that it is. */
  span({ span, warnings }: AdjustedSpan): Buffer {
    const process = this.#process(span);
    const writer = this.#writer;
    writer.message(CHUNK_SPAN, () => {
      writeSpan(writer, span);
      writer.bytes(SPAN.process, process);
      for (const warning of warnings) writer.presentText(SPAN.warnings, warning);
    });
    return writer.take();
  }

  #process(span: Span): Buffer {
    let encoded = this.#processes.get(span.resource);
    if (encoded === undefined) {
      writeProcess(this.#writer, span);
      this.#processes.set(span.resource, (encoded = this.#writer.take()));
    }
    return encoded;
  }
}

function writeProcess(writer: MessageWriter, { service, resource: { attributes } }: Span): void {
  writer.text(PROCESS.serviceName, attributes.length === 0 ? NO_SERVICE_NAME : service);
  writeTags(
    writer,
    PROCESS.tags,
    attributes.filter(({ key }) => key !== SERVICE_NAME),
  );
}

function writeSpan(writer: MessageWriter, span: Span): void {
  writer.id(SPAN.traceId, span.traceId, TRACE_ID_BYTES);
  writer.id(SPAN.spanId, span.spanId, SPAN_ID_BYTES);
  writer.text(SPAN.operationName, span.name);
  for (const reference of referencesOf(span)) {
    writer.message(SPAN.references, () => {
      writer.id(REFERENCE.traceId, reference.traceId, TRACE_ID_BYTES);
      writer.id(REFERENCE.spanId, reference.spanId, SPAN_ID_BYTES);
      writer.varint(REFERENCE.type, reference.type);
    });
  }
  writeMoment(writer, SPAN.startTime, span.startNanos);
  writeMoment(writer, SPAN.duration, span.durationNanos);
  writeTags(writer, SPAN.tags, tagsOf(span));
  for (const event of span.events) {
    writer.message(SPAN.logs, () => {
      writeMoment(writer, LOG.timestamp, event.timeNanos);
      writeTags(writer, LOG.fields, fieldsOf(event));
    });
  }
}

interface Reference {
  readonly traceId: string;
  readonly spanId: string;
  readonly type: number;
}

/** The parent first. A link to it is no second reference, it only says what kind the first one is. */
function referencesOf(span: Span): readonly Reference[] {
  const links = span.links.map(({ traceId, spanId, attributes }) => ({
    traceId,
    spanId,
    type: isChildOf(attributes) ? CHILD_OF : FOLLOWS_FROM,
  }));
  if (span.parentSpanId === undefined) return links;
  const isParent = (link: Reference): boolean =>
    link.traceId === span.traceId && link.spanId === span.parentSpanId;
  const parent = { traceId: span.traceId, spanId: span.parentSpanId, type: CHILD_OF };
  return [{ ...parent, ...links.findLast(isParent) }, ...links.filter((link) => !isParent(link))];
}

function isChildOf(attributes: Attributes): boolean {
  return attributes.some(({ key, value }) => key === REF_TYPE && value.type === 'string' && value.value === 'child_of'); // prettier-ignore
}

/** What Jaeger's model has no field for stands around the attributes as tags of fixed names. */
function tagsOf(span: Span): Attributes {
  const failed = span.statusCode === 'error';
  return [
    ...textTag('otel.scope.name', span.scope.name),
    ...textTag('otel.scope.version', span.scope.version),
    ...span.attributes,
    ...textTag('span.kind', span.kind === 'unspecified' ? '' : span.kind),
    ...textTag('otel.status_code', span.statusCode === 'unset' ? '' : span.statusCode.toUpperCase()),
    ...(failed ? [{ key: 'error', value: { type: 'bool', value: true } } as const] : []),
    ...textTag('otel.status_description', span.statusMessage),
    ...textTag('w3c.tracestate', span.traceState),
  ];
}

function fieldsOf({ name, attributes }: SpanEvent): Attributes {
  return attributes.some(({ key }) => key === 'event')
    ? attributes
    : [...textTag('event', name), ...attributes];
}

function textTag(key: string, value: string): readonly Attribute[] {
  return value === '' ? [] : [{ key, value: { type: 'string', value } }];
}

function writeTags(writer: MessageWriter, field: number, tags: Attributes): void {
  for (const { key, value } of tags) {
    writer.message(field, () => {
      writer.text(KEY_VALUE.key, key);
      writeValue(writer, value);
    });
  }
}

function writeValue(writer: MessageWriter, value: AttributeValue): void {
  switch (value.type) {
    case 'string':
      writer.text(KEY_VALUE.text, value.value);
      return;
    case 'bool':
      writer.varint(KEY_VALUE.type, VALUE_TYPE.bool);
      if (value.value) writer.presentBool(KEY_VALUE.bool, true);
      return;
    case 'int':
      writer.varint(KEY_VALUE.type, VALUE_TYPE.int64);
      writer.int64(KEY_VALUE.int, value.value);
      return;
    case 'double':
      writer.varint(KEY_VALUE.type, VALUE_TYPE.float64);
      writer.presentDouble(KEY_VALUE.float, value.value);
      return;
    case 'bytes':
      writer.varint(KEY_VALUE.type, VALUE_TYPE.binary);
      writer.bytes(KEY_VALUE.binary, value.value);
      return;
    case 'array':
    case 'map':
      writer.text(KEY_VALUE.text, nestedJson(value));
      return;
    case 'empty':
      return;
  }
}

/** A time, or a duration: the nanoseconds count forwards in a time before 1970, too. */
function writeMoment(writer: MessageWriter, field: number, nanos: bigint): void {
  const rest = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  writer.message(field, () => {
    writer.int64(MOMENT.seconds, (nanos - rest) / NANOS_PER_SECOND);
    writer.varint(MOMENT.nanos, Number(rest));
  });
}
