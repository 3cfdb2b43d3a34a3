import type { DrawnSpan, Origin } from './draw-spans.ts';

/** How a protocol writes what senders send. What it returns is valid until it is asked again. */
export interface TrafficFormat {
  /** One span, with whatever stands in front of every span of a request. */
  readonly encodeSpan: (span: DrawnSpan, origin: Origin) => Buffer;
  /** A request that holds spans of one origin, which were encoded before. */
  readonly encodeRequest: (spans: EncodedSpans, origin: Origin) => Buffer;
  /** The largest request; Infinity leaves it to the number of its spans. */
  readonly maxBodyBytes: number;
}

export interface EncodedSpans {
  readonly count: number;
  /** One after the other. */
  readonly content: Buffer;
}
