/** A span as any of the servers tell of it. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Null for a root. */
  readonly parentSpanId: string | null;
  readonly operation: string;
  readonly service: string;
  readonly serviceNamespace: string;
  readonly serviceTags: readonly Tag[];
  /** In small letters; empty where the sender did not say. */
  readonly kind: string;
  readonly statusCode: StatusCode;
  readonly statusMessage: string;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly tags: readonly Tag[];
  readonly logs: readonly TraceLog[];
  /** To other spans; the parent is not among them. */
  readonly references: readonly TraceReference[];
  readonly warnings: readonly string[];
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly traceState: string;
}

/** Unset, ok, error, as OTLP numbers them. */
export type StatusCode = 0 | 1 | 2;

export const STATUS_NAMES = ['unset', 'ok', 'error'] as const;

export interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: string | number | boolean;
}

export interface TraceLog {
  readonly timeNanos: bigint;
  readonly name: string;
  readonly fields: readonly Tag[];
}

export interface TraceReference {
  readonly refType: string;
  readonly traceID: string;
  readonly spanID: string;
  readonly tags: readonly Tag[];
}

/** The value of the first tag of this key as text, empty where there is none. */
export function textTag(tags: readonly Tag[], key: string): string {
  return String(tags.find((tag) => tag.key === key)?.value ?? '');
}
