import type { EdgeLogger } from '../../platform/fault-report.ts';
import type { Space } from '../../space/space.ts';
import type { TraceStore } from '../../store/trace-store.ts';

/** What every face of the query server stands on. */
export interface JaegerOptions {
  readonly store: TraceStore;
  readonly spaceDefaults: Space;
  /** Of one request, until its last byte is asked of the store. */
  readonly timeoutMs: number;
  /** Whether values of tags are also taken for regular expressions. */
  readonly tagRegex: boolean;
  /** Clocks that differ by more are only warned of; 0 never moves a span. */
  readonly maxSkewAdjustMs: number;
  readonly logger: EdgeLogger;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}
