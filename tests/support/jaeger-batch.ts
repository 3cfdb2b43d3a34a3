/** A Batch of Jaeger in the words of jaeger.thrift, from which every encoding of it is made. */
export interface JaegerBatch {
  readonly process?: JaegerProcess;
  readonly spans: readonly JaegerSpan[];
}

export interface JaegerProcess {
  readonly serviceName?: string;
  readonly tags?: readonly JaegerTag[];
}

/** Integers of 64 bits are decimal digits. What is not there is not sent. */
export interface JaegerSpan {
  readonly traceIdLow?: string;
  readonly traceIdHigh?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly operationName?: string;
  readonly references?: readonly JaegerReference[];
  readonly flags?: number;
  /** Microseconds, from zero with three digits behind a point for those encodings that have nanoseconds. */
  readonly startTime?: string;
  readonly duration?: string;
  readonly tags?: readonly JaegerTag[];
  readonly logs?: readonly JaegerLog[];
}

export interface JaegerReference {
  readonly refType?: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceIdLow?: string;
  readonly traceIdHigh?: string;
  readonly spanId?: string;
}

export interface JaegerLog {
  readonly timestamp?: string;
  readonly fields?: readonly JaegerTag[];
}

export interface JaegerTag {
  readonly key: string;
  readonly vType?: JaegerType;
  readonly vStr?: string;
  readonly vDouble?: number;
  readonly vBool?: boolean;
  readonly vLong?: string;
  /** Base64. */
  readonly vBinary?: string;
}

export type JaegerType = 'STRING' | 'DOUBLE' | 'BOOL' | 'LONG' | 'BINARY' | 'UNKNOWN';
