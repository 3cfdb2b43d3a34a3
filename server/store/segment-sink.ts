import type { Call } from './trace-store.ts';

/** A sealed run of Native blocks: what the log hands to the engine, whole. */
export interface Segment {
  /** Names the rows for ever: loading a token twice MUST change nothing. Characters: A-Z a-z 0-9 - */
  readonly token: string;
  /** Rows in the file of spans; 0 if it is empty, and the catalog alone is to be loaded. */
  readonly rows: number;
  /** File of span blocks; its columns are `frame` and SPAN_COLUMNS. */
  readonly spansPath: string;
  /** File of catalog blocks that came with these spans, or without any; absent when there are none. Columns: `frame` and CATALOG_COLUMNS. */
  readonly catalogPath?: string;
}

/** Where the log's loader puts segments. */
export interface SegmentSink {
  /**
   * Makes the segment's rows visible, the catalog's before the spans'. MUST be idempotent by token, also after a crash
   * in the middle of an earlier attempt (`retry` says that there may have been one).
   * Fault `unavailable` or `too-slow`: the engine is away or short of something; the same segment may be tried later.
   * Any other Fault: the engine refuses this content.
   */
  load(segment: Segment, attempt: { readonly retry: boolean }, call: Call): Promise<void>;
}
