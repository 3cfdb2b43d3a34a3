import type { SpanKind } from '../../../../span/span.ts';
import type { DurationSpread } from '../../../../store/trace-store.ts';

export interface Counts {
  readonly calls: number;
  readonly errors: number;
  /** Absent where the store cannot tell. */
  readonly spread?: DurationSpread;
}

export interface OperationCounts extends Counts {
  readonly service: string;
  readonly operation: string;
  readonly kind: SpanKind;
}

export interface EdgeCounts extends Counts {
  readonly parent: string;
  readonly child: string;
}
