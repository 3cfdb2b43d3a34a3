import { ProtobufBuffer } from './protobuf-buffer.ts';
import { RandomWords } from './random-words.ts';
import type { AttributeDraw, Shape } from './shape.ts';

const SPANS_PER_REQUEST = 500;
export const SERVICES = 16;
const PODS = 4;
export const OPERATIONS = 20;
const NANOS_PER_STEP = 2_000_000n;

export interface TrafficOptions {
  readonly spans: number;
  readonly seed: number;
  /** Start of the first trace. */
  readonly fromNanos: bigint;
  /** How much time the spans cover, evenly. */
  readonly overNanos: bigint;
  readonly spansPerRequest?: number;
}

/** A request, ready to be sent. */
export interface EncodedRequest {
  readonly spans: number;
  /** Valid until the next one is asked for. */
  readonly body: Buffer;
}

export const serviceName = (index: number): string => `service-${String(index).padStart(2, '0')}`;
export const operationName = (index: number): string => `GET /api/v1/resource-${index}`;

/**
 * ExportTraceServiceRequests as SDKs would send them: each of one instance of one service with spans of many traces, and
 * the spans of a trace spread over the requests of its services.
 */
export function* encodeTraffic(shape: Shape, options: TrafficOptions): Generator<EncodedRequest> {
  const { spansPerRequest = SPANS_PER_REQUEST } = options;
  const random = new RandomWords(options.seed);
  const senders = Array.from({ length: SERVICES * PODS }, (_, index) => new Sender(shape, index));
  const traces = BigInt(Math.ceil(options.spans / shape.meanSpansPerTrace));
  const encoder = new SpanEncoder(shape, random);
  for (let made = 0, trace = 0n; made < options.spans; trace++) {
    encoder.beginTrace(options.fromNanos + (trace * options.overNanos) / traces);
    const length = Math.min(shape.spansPerTrace(random), options.spans - made);
    for (let index = 0; index < length; index++) {
      const service = encoder.serviceOf(index);
      const sender = senders[service * PODS + random.below(PODS)]!;
      sender.add(encoder.encode(index, service));
      if (sender.spans === spansPerRequest) yield sender.take();
    }
    made += length;
  }
  for (const sender of senders) if (sender.spans > 0) yield sender.take();
}

/** Encodes the spans of one trace after the other. */
class SpanEncoder {
  readonly #shape: Shape;
  readonly #random: RandomWords;
  readonly #span = new ProtobufBuffer();
  readonly #attribute = new AttributeEncoder();
  readonly #traceId = Buffer.alloc(16);
  readonly #spanIds: Buffer[] = [];
  #startNanos = 0n;
  #firstService = 0;

  constructor(shape: Shape, random: RandomWords) {
    this.#shape = shape;
    this.#random = random;
  }

  beginTrace(startNanos: bigint): void {
    this.#startNanos = startNanos;
    this.#firstService = this.#random.below(SERVICES);
    for (let at = 0; at < 16; at += 4) this.#traceId.writeUInt32LE(this.#random.next(), at);
  }

  /** Calls go two deep within a service before they go on to the next. */
  serviceOf(index: number): number {
    return (this.#firstService + (index >> 1)) % SERVICES;
  }

  encode(index: number, service: number): ProtobufBuffer {
    const span = this.#span;
    const random = this.#random;
    const operation = random.below(OPERATIONS);
    const start = this.#startNanos + BigInt(index) * NANOS_PER_STEP + BigInt(random.below(1_000_000));
    const duration = BigInt(Math.floor(50_000 * Math.exp(random.below(8000) / 1000)));
    span.clear();
    span.bytes(1, this.#traceId);
    span.bytes(2, this.#newSpanId(index));
    if (index > 0) span.bytes(4, this.#spanIds[(index - 1) >> 1]!);
    span.text(5, operationName(operation));
    span.varint(6, 1 + ((service + operation) % 5));
    span.fixed64(7, start);
    span.fixed64(8, start + duration);
    for (const draw of this.#shape.attributes(random)) this.#attribute.encode(span, 9, draw);
    if (random.below(50) === 0) span.bytes(15, FAILED);
    return span;
  }

  #newSpanId(index: number): Buffer {
    const id = (this.#spanIds[index] ??= Buffer.alloc(8));
    id.writeUInt32LE(this.#random.next(), 0);
    id.writeUInt32LE(this.#random.next(), 4);
    return id;
  }
}

/** A status: the message, then the code of an error. */
const FAILED = Buffer.concat([
  Buffer.from([0x12, 18]),
  Buffer.from('upstream timed out'),
  Buffer.from([0x18, 2]),
]);

class AttributeEncoder {
  readonly #attribute = new ProtobufBuffer();
  readonly #value = new ProtobufBuffer();

  encode(into: ProtobufBuffer, field: number, [key, value]: AttributeDraw): void {
    this.#value.clear();
    if (typeof value === 'string') this.#value.text(1, value);
    else this.#value.varint(3, value);
    this.#attribute.clear();
    this.#attribute.text(1, key);
    this.#attribute.message(2, this.#value);
    into.message(field, this.#attribute);
  }
}

/** One instance of one service, and the request it is filling. */
class Sender {
  spans = 0;
  readonly #resource = new ProtobufBuffer();
  readonly #scopeSpans = new ProtobufBuffer();
  readonly #resourceSpans = new ProtobufBuffer();
  readonly #request = new ProtobufBuffer();
  readonly #scope = new ProtobufBuffer();

  constructor(shape: Shape, index: number) {
    const attribute = new AttributeEncoder();
    for (const draw of shape.resource(serviceName(Math.floor(index / PODS)), index % PODS)) {
      attribute.encode(this.#resource, 1, draw);
    }
    this.#scope.text(1, '@opentelemetry/instrumentation-http');
    this.#scope.text(2, '0.222.0');
    this.#clear();
  }

  add(span: ProtobufBuffer): void {
    this.#scopeSpans.message(2, span);
    this.spans += 1;
  }

  take(): EncodedRequest {
    this.#resourceSpans.message(1, this.#resource);
    this.#resourceSpans.message(2, this.#scopeSpans);
    this.#request.message(1, this.#resourceSpans);
    const taken = { spans: this.spans, body: this.#request.view() };
    this.#clear();
    return taken;
  }

  /** The bytes of the request stay as they are until it is filled again. */
  #clear(): void {
    this.spans = 0;
    this.#request.clear();
    this.#resourceSpans.clear();
    this.#scopeSpans.clear();
    this.#scopeSpans.message(1, this.#scope);
  }
}
