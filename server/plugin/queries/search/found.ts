/** What a search found, whoever was asked. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  /** Whether there are more than the limit let through. */
  readonly more: boolean;
  readonly executed: string;
  /** Where the order is of these newest matches alone, and not of all. */
  readonly ranked?: number;
}

export interface FoundTrace {
  readonly traceId: string;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly rootService: string;
  readonly rootName: string;
  /** Of the matching span. */
  readonly service: string;
  readonly name: string;
  readonly columns: readonly (string | null)[];
}

export interface FoundSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly statusMessage: string;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly columns: readonly (string | null)[];
}
