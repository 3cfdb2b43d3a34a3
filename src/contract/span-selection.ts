import type { FilterCall } from './filter.ts';

/** What every search, metric and list of logs asks of spans, after variables have their values. */
export interface SpanSelection {
  readonly service: readonly string[];
  readonly operation: readonly string[];
  readonly filter: FilterCall | undefined;
  readonly minDurationNanos: bigint | undefined;
  readonly maxDurationNanos: bigint | undefined;
  readonly minTraceDurationNanos: bigint | undefined;
  readonly maxTraceDurationNanos: bigint | undefined;
}
