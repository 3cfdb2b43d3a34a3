import type { Span } from '../../../span/span.ts';
import type { AdjustedSpan, Adjuster } from './adjusted-span.ts';
import { carriedWarnings } from './carried-warnings.ts';
import { correctSkew } from './clock-skew.ts';
import { dropDuplicates } from './duplicates.ts';
import { dropEmptyLinks } from './empty-links.ts';
import { writeAddresses } from './ip-addresses.ts';
import { moveLibraryAttributes } from './library-attributes.ts';
import { separateSharedIds } from './shared-ids.ts';
import { sortContent } from './sort-content.ts';

export type { AdjustedSpan } from './adjusted-span.ts';

export interface AdjustOptions {
  /** Clocks that differ by more are only warned of; 0 never moves a span. */
  readonly maxSkewAdjustMs: number;
}

/**
 * The spans of one trace as Jaeger shows them, in their order. Any spans will do: orphans, several roots, ids that stand
 * twice, cycles. Takes time in proportion to what they hold, and leaves them as they are.
 */
export function adjustTrace(
  spans: readonly Span[],
  { maxSkewAdjustMs }: AdjustOptions,
): readonly AdjustedSpan[] {
  const adjusters: readonly Adjuster[] = [
    separateSharedIds,
    sortContent,
    dropDuplicates, // after the sorting: it compares
    (adjusted) => correctSkew(adjusted, maxSkewAdjustMs),
    writeAddresses,
    moveLibraryAttributes,
    dropEmptyLinks,
  ];
  return adjusters.reduce((adjusted, adjust) => adjust(adjusted), rawTrace(spans));
}

/** The spans of one trace as they were sent. */
export function rawTrace(spans: readonly Span[]): readonly AdjustedSpan[] {
  return spans.map(carriedWarnings);
}
