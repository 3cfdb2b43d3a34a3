import type { SpanId } from '../../../span/span.ts';
import type { Outline } from '../span-list.ts';
import type { Adjusted, AdjustedSpan } from './adjusted-span.ts';
import { ContentHash } from './content-hash.ts';

const NONE: ReadonlySet<number> = new Set();

/**
 * Where the spans stand that are the same, in all that they hold, as one before them. Whole spans are asked for only if
 * ids repeat.
 */
export function findDuplicates(
  outlines: readonly Adjusted<Outline>[],
  spans: () => Iterable<AdjustedSpan>,
): ReadonlySet<number> {
  const repeated = repeatedIds(outlines);
  if (repeated.size === 0) return NONE;
  const contentHash = new ContentHash();
  const seen = new Set<string>();
  const duplicates = new Set<number>();
  let at = -1;
  for (const { span, warnings } of spans()) {
    at++;
    if (!repeated.has(span.spanId)) continue;
    const content = `${contentHash.of(span)} ${warnings.join('\n')}`;
    if (seen.has(content)) duplicates.add(at);
    else seen.add(content);
  }
  return duplicates;
}

/** Only these are worth the hashing. */
function repeatedIds(spans: readonly Adjusted<Outline>[]): ReadonlySet<SpanId> {
  const ids = new Set<SpanId>();
  const repeated = new Set<SpanId>();
  for (const { span } of spans) {
    if (ids.has(span.spanId)) repeated.add(span.spanId);
    else ids.add(span.spanId);
  }
  return repeated;
}
