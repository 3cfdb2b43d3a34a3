import type { RandomWords } from './random-words.ts';
import type { AttributeDraw, EventDraw, LinkDraw, Shape } from './shape.ts';

export const SERVICES = 16;
export const OPERATIONS = 20;
const NANOS_PER_STEP = 2_000_000n;
const FAILURE = 'upstream timed out';

/** A span before any protocol has written it: valid until the next one is drawn. */
export interface DrawnSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer | undefined;
  readonly name: string;
  /** By its number in OTLP. */
  readonly kind: number;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly attributes: readonly AttributeDraw[];
  readonly events: readonly EventDraw[];
  readonly links: readonly LinkDraw[];
  /** The message of a status that is an error. */
  readonly failure: string | undefined;
}

/** Who makes spans: an instance of a service. */
export interface Origin {
  readonly service: string;
  readonly resource: readonly AttributeDraw[];
  readonly scope: { readonly name: string; readonly version: string };
}

export const serviceName = (index: number): string => `service-${String(index).padStart(2, '0')}`;
export const operationName = (index: number): string => `GET /api/v1/resource-${index}`;

/** Draws the spans of one trace after the other. */
export class SpanDrawer {
  readonly #shape: Shape;
  readonly #random: RandomWords;
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

  /** The order of the draws is part of the load: what is drawn later must not change what was drawn before. */
  draw(index: number, service: number): DrawnSpan {
    const shape = this.#shape;
    const random = this.#random;
    const operation = random.below(OPERATIONS);
    const startNanos = this.#startNanos + BigInt(index) * NANOS_PER_STEP + BigInt(random.below(1_000_000));
    const endNanos = startNanos + BigInt(Math.floor(50_000 * Math.exp(random.below(8000) / 1000)));
    const spanId = this.#newSpanId(index);
    const attributes = shape.attributes(random);
    const failure = random.below(50) === 0 ? FAILURE : undefined;
    return {
      traceId: this.#traceId,
      spanId,
      parentSpanId: index > 0 ? this.#spanIds[(index - 1) >> 1]! : undefined,
      name: operationName(operation),
      kind: 1 + ((service + operation) % 5),
      startNanos,
      endNanos,
      attributes,
      events: shape.events(random),
      links: shape.links(random),
      failure,
    };
  }

  #newSpanId(index: number): Buffer {
    const id = (this.#spanIds[index] ??= Buffer.alloc(8));
    id.writeUInt32LE(this.#random.next(), 0);
    id.writeUInt32LE(this.#random.next(), 4);
    return id;
  }
}
