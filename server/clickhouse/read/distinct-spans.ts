import type { NativeBlock } from '../../columns/native-reader.ts';
import type { Span, TraceId } from '../../span/span.ts';
import type { SpanBatch } from './fragment-reader.ts';
import type { Origins } from './origins.ts';
import { SpanReader } from './span-reader.ts';

/**
 * Leaves out spans that were stored twice. Rows come trace by trace and by start, so a repetition is among those of the
 * same nanosecond: only their identities are remembered, and only while there is more than one.
 */
export class DistinctSpans {
  #traceId: TraceId | undefined;
  #startNanos = -1n;
  readonly #identities = new Set<string>();

  of(block: NativeBlock, origins: Origins): SpanBatch {
    const reader = new SpanReader(block, origins);
    const spans: Span[] = [];
    const apart = new Set<Span>();
    for (let row = 0; row < block.rows; row++) {
      if (!this.#isNew(reader, row)) continue;
      const span = reader.span(row);
      spans.push(span);
      if (reader.isApart(row)) apart.add(span);
    }
    return { spans, apart };
  }

  #isNew(reader: SpanReader, row: number): boolean {
    const startNanos = reader.startNanos(row);
    const traceId = reader.traceId(row);
    if (startNanos !== this.#startNanos || traceId !== this.#traceId) {
      this.#startNanos = startNanos;
      this.#traceId = traceId;
      this.#identities.clear();
    }
    const identity = reader.identity(row);
    if (this.#identities.has(identity)) return false;
    this.#identities.add(identity);
    return true;
  }
}
