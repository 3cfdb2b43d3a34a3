import { ByteBuffer } from './byte-buffer.ts';
import { type Origin, serviceName, SERVICES, SpanDrawer } from './draw-spans.ts';
import { OtlpProtobuf } from './formats/otlp-protobuf.ts';
import { RandomWords } from './random-words.ts';
import type { Shape } from './shape.ts';
import type { TrafficFormat } from './traffic-format.ts';

const SPANS_PER_REQUEST = 500;
const PODS = 4;
const SCOPE = { name: '@opentelemetry/instrumentation-http', version: '0.222.0' };

export interface TrafficOptions {
  readonly spans: number;
  readonly seed: number;
  /** Start of the first trace. */
  readonly fromNanos: bigint;
  /** How much time the spans cover, evenly. */
  readonly overNanos: bigint;
  readonly spansPerRequest?: number;
  /** Absent: OTLP's protobuf. */
  readonly format?: TrafficFormat;
}

/** A request, ready to be sent. */
export interface EncodedRequest {
  readonly spans: number;
  /** Valid until the next one is asked for. */
  readonly body: Buffer;
}

/**
 * Requests as SDKs would send them: each of one instance of one service with spans of many traces, and the spans of a trace
 * spread over the requests of its services. The same seed draws the same spans for every format.
 */
export function* encodeTraffic(shape: Shape, options: TrafficOptions): Generator<EncodedRequest> {
  const { spansPerRequest = SPANS_PER_REQUEST, format = new OtlpProtobuf() } = options;
  const random = new RandomWords(options.seed);
  const senders = Array.from({ length: SERVICES * PODS }, (_, index) => {
    const service = serviceName(Math.floor(index / PODS));
    return new Sender({ service, resource: shape.resource(service, index % PODS), scope: SCOPE }, format);
  });
  const traces = BigInt(Math.ceil(options.spans / shape.meanSpansPerTrace));
  const drawer = new SpanDrawer(shape, random);
  for (let made = 0, trace = 0n; made < options.spans; trace++) {
    drawer.beginTrace(options.fromNanos + (trace * options.overNanos) / traces);
    const length = Math.min(shape.spansPerTrace(random), options.spans - made);
    for (let index = 0; index < length; index++) {
      const service = drawer.serviceOf(index);
      const sender = senders[service * PODS + random.below(PODS)]!;
      const span = format.encodeSpan(drawer.draw(index, service), sender.origin);
      if (!sender.hasRoomFor(span)) yield sender.take();
      sender.add(span);
      if (sender.spans === spansPerRequest) yield sender.take();
    }
    made += length;
  }
  for (const sender of senders) if (sender.spans > 0) yield sender.take();
}

/** One instance of one service, and the request it is filling. */
class Sender {
  readonly origin: Origin;
  spans = 0;
  readonly #format: TrafficFormat;
  readonly #content = new ByteBuffer();
  /** Of a request, beside its spans: that of one without any, and what their number takes. */
  readonly #extraBytes: number;

  constructor(origin: Origin, format: TrafficFormat) {
    this.origin = origin;
    this.#format = format;
    const COUNT_BYTES = 8;
    this.#extraBytes =
      format.encodeRequest({ count: 0, content: Buffer.alloc(0) }, origin).length + COUNT_BYTES;
  }

  hasRoomFor(span: Buffer): boolean {
    if (this.spans === 0) return true;
    return this.#extraBytes + this.#content.length + span.length <= this.#format.maxBodyBytes;
  }

  add(span: Buffer): void {
    this.#content.bytes(span);
    this.spans += 1;
  }

  take(): EncodedRequest {
    const { spans } = this;
    const body = this.#format.encodeRequest({ count: spans, content: this.#content.view() }, this.origin);
    this.spans = 0;
    this.#content.clear();
    return { spans, body };
  }
}
