import { messageField, stringField, varintField } from '../../server/wire/protobuf-writer.ts';

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;
export const SPANS_PER_TRACE = 10;

/** A span of a request that is made by hand; what it leaves out has a usual value. */
export interface RequestSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly name?: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An ExportTraceServiceRequest in protobuf, all of one service. */
export function encodeRequest(service: string, spans: readonly RequestSpan[]): Buffer {
  const resource = messageField(1, stringAttribute(1, 'service.name', service));
  const scope = messageField(2, ...spans.map((span) => messageField(2, encodeSpan(span))));
  return messageField(1, resource, scope);
}

/** The same in JSON. */
export function presentRequest(service: string, spans: readonly RequestSpan[]): string {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: spans.map(presentSpan) }] }] });
}

let lastId = 0n;

/** Ids that no other span of this process has. */
export function newTraceId(): string {
  return `e2e0${nextId().padStart(28, '0')}`;
}

export function newSpanId(): string {
  return nextId().padStart(16, '0');
}

export function nowNanos(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/**
 * Makes numbered batches, fast enough to outrun a server: the bytes are encoded once, and ids and times are written
 * over them. A span's id says which batch it was in: four bytes of the batch's number, then its place from 1.
 */
export class BatchMaker {
  readonly #template: Buffer;
  readonly #spans: number;
  readonly #firstAt: number;
  readonly #stride: number;
  readonly #startAt: number;
  readonly #senderId: number;

  constructor(senderId: number, spans: number) {
    this.#senderId = senderId;
    this.#spans = spans;
    const bodies = Array.from({ length: spans }, (_, index) =>
      messageField(2, encodeSpan(templateSpan(index))),
    );
    const resource = messageField(
      1,
      ...TEMPLATE_RESOURCE.map(([key, value]) => stringAttribute(1, key, value)),
    );
    this.#template = messageField(1, resource, messageField(2, ...bodies));
    this.#stride = bodies[0]!.length;
    this.#firstAt = this.#template.indexOf(Buffer.from(TEMPLATE_TRACE_ID, 'hex'));
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(TEMPLATE_START_NANOS);
    this.#startAt = this.#template.indexOf(start, this.#firstAt) - this.#firstAt;
  }

  make(batch: number): Buffer {
    const body = Buffer.from(this.#template);
    const startNanos = nowNanos();
    for (let index = 0; index < this.#spans; index++) {
      const at = this.#firstAt + index * this.#stride;
      body.writeUInt32BE(this.#senderId, at);
      body.writeUInt32BE(batch, at + 4);
      body.writeUInt32BE(Math.floor(index / SPANS_PER_TRACE) + 1, at + 12);
      // The tag and the length of the span id stand between the two ids.
      body.writeUInt32BE(batch, at + TRACE_ID_BYTES + 2);
      body.writeUInt32BE(index + 1, at + TRACE_ID_BYTES + 6);
      body.writeBigUInt64LE(startNanos + BigInt(index), at + this.#startAt);
      body.writeBigUInt64LE(startNanos + BigInt(index + 1_000_000), at + this.#startAt + 9);
    }
    return body;
  }
}

const TEMPLATE_TRACE_ID = 'f7'.repeat(TRACE_ID_BYTES);
const TEMPLATE_START_NANOS = 0x1717_1717_1717_1717n;
const TEMPLATE_RESOURCE = [
  ['service.name', 'load'],
  ['service.version', '1.2.3'],
  ['host.name', 'host-17.example'],
] as const;

/** All of one length, whatever their place. */
function templateSpan(index: number): RequestSpan {
  const place = String(index % 100_000).padStart(5, '0');
  return {
    traceId: TEMPLATE_TRACE_ID,
    spanId: '00'.repeat(SPAN_ID_BYTES),
    name: `GET /items/{item} ${index % 10}`,
    startNanos: TEMPLATE_START_NANOS,
    endNanos: TEMPLATE_START_NANOS,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/items/{item}',
      'http.response.status_code': index % 17 === 0 ? '500' : '200',
      'server.address': 'shop.example',
      'url.path': `/items/${place}`,
      'user.id': `user-${place}`,
    },
  };
}

function encodeSpan(span: RequestSpan): Buffer {
  const { traceId = newTraceId(), spanId = newSpanId(), name = 'work', startNanos = nowNanos() } = span;
  const { endNanos = startNanos + 1_000_000n, attributes = {} } = span;
  return Buffer.concat([
    messageField(1, Buffer.from(traceId, 'hex')),
    messageField(2, Buffer.from(spanId, 'hex')),
    stringField(5, name),
    varintField(6, 2),
    fixed64Field(7, startNanos),
    fixed64Field(8, endNanos),
    ...Object.entries(attributes).map(([key, value]) => stringAttribute(9, key, value)),
  ]);
}

function presentSpan(span: RequestSpan): object {
  const { traceId = newTraceId(), spanId = newSpanId(), name = 'work', startNanos = nowNanos() } = span;
  const { endNanos = startNanos + 1_000_000n, attributes = {} } = span;
  return {
    traceId,
    spanId,
    name,
    kind: 2,
    startTimeUnixNano: String(startNanos),
    endTimeUnixNano: String(endNanos),
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
  };
}

function stringAttribute(field: number, key: string, value: string): Buffer {
  return messageField(field, stringField(1, key), messageField(2, stringField(1, value)));
}

/** Protobuf's wire type for eight bytes, little-endian. */
const WIRE_FIXED64 = 1;

function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = field * 8 + WIRE_FIXED64;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 1);
  return bytes;
}

function nextId(): string {
  lastId += 1n;
  return lastId.toString(16);
}
