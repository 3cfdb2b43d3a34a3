import type { Span } from '../../../span/span.ts';
import { type Outline, type SpanList, listOf } from '../span-list.ts';
import type { Adjusted, AdjustedSpan } from './adjusted-span.ts';
import { carriedWarnings } from './carried-warnings.ts';
import { correctSkew, moved } from './clock-skew.ts';
import { findDuplicates } from './duplicates.ts';
import { dropEmptyLinks } from './empty-links.ts';
import { createAddressWriter } from './ip-addresses.ts';
import { isLibraryKey, learnLibraries } from './library-attributes.ts';
import { separateSharedIds } from './shared-ids.ts';
import { createContentSorter } from './sort-content.ts';

export type { AdjustedSpan } from './adjusted-span.ts';

export interface AdjustOptions {
  /** Clocks that differ by more are only warned of; 0 never moves a span. */
  readonly maxSkewAdjustMs: number;
}

const NONE: readonly string[] = [];

/**
 * The spans of one trace as Jaeger shows them, in their order. Any spans will do: orphans, several roots, ids that stand
 * twice, cycles. Takes time in proportion to what they hold, and leaves them as they are.
 */
export function adjustTrace(spans: readonly Span[], options: AdjustOptions): readonly AdjustedSpan[] {
  return [...adjustList(listOf(spans), options)];
}

/** The same, made as they are taken: what is decided by all spans together is decided of their outlines. */
export function* adjustList(list: SpanList, { maxSkewAdjustMs }: AdjustOptions): Generator<AdjustedSpan> {
  const sort = createContentSorter();
  const separated = separateSharedIds(list.outlines.map((span) => ({ span, warnings: NONE })));
  // After the sorting: it compares.
  const duplicates = findDuplicates(separated, () => sketched(list.spans(), separated, sort));
  const isKept = (_: unknown, at: number): boolean => !duplicates.has(at);
  const outlines = correctSkew(duplicates.size === 0 ? separated : separated.filter(isKept), maxSkewAdjustMs);
  const kept = (): Iterable<Span> => (duplicates.size === 0 ? list.spans() : filtered(list.spans(), isKept));
  const writeAddresses = createAddressWriter();
  const settled = (): Iterable<AdjustedSpan> =>
    sketched(kept(), outlines, (span) => writeAddresses(sort(span)));
  if (!list.mayHave(isLibraryKey)) {
    for (const span of settled()) yield dropEmptyLinks(span);
    return;
  }
  const moveLibrary = learnLibraries(settled());
  for (const span of settled()) yield dropEmptyLinks(moveLibrary(span));
}

/** The spans of one trace as they were sent. */
export function rawTrace(spans: readonly Span[]): readonly AdjustedSpan[] {
  return spans.map(carriedWarnings);
}

/** The spans with the ids, the times and the warnings of their outlines, and with what is made of each alone. */
function* sketched(
  spans: Iterable<Span>,
  outlines: readonly Adjusted<Outline>[],
  adjust: (span: AdjustedSpan) => AdjustedSpan,
): Generator<AdjustedSpan> {
  let at = 0;
  for (const span of spans) yield adjust(withOutline(carriedWarnings(span), outlines[at++]!));
}

function withOutline(adjusted: AdjustedSpan, { span: outline, warnings }: Adjusted<Outline>): AdjustedSpan {
  const { spanId, parentSpanId, startNanos } = outline;
  let { span } = adjusted;
  if (startNanos !== span.startNanos) span = moved(span, startNanos - span.startNanos);
  if (spanId !== span.spanId || parentSpanId !== span.parentSpanId) span = { ...span, spanId, parentSpanId };
  if (span === adjusted.span && warnings.length === 0) return adjusted;
  return { span, warnings: warnings.length === 0 ? adjusted.warnings : [...adjusted.warnings, ...warnings] };
}

function* filtered(spans: Iterable<Span>, isKept: (span: Span, at: number) => boolean): Generator<Span> {
  let at = 0;
  for (const span of spans) if (isKept(span, at++)) yield span;
}
