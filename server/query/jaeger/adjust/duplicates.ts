import type { SpanId } from '../../../span/span.ts';
import type { AdjustedSpan } from './adjusted-span.ts';
import { ContentHash } from './content-hash.ts';

/** Of spans that are the same in all that they hold the first is kept. */
export function dropDuplicates(spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] {
  const repeated = repeatedIds(spans);
  if (repeated.size === 0) return spans;
  const contentHash = new ContentHash();
  const seen = new Set<string>();
  return spans.filter(({ span, warnings }) => {
    if (!repeated.has(span.spanId)) return true;
    const content = `${contentHash.of(span)} ${warnings.join('\n')}`;
    if (seen.has(content)) return false;
    seen.add(content);
    return true;
  });
}

/** Only these are worth the hashing. */
function repeatedIds(spans: readonly AdjustedSpan[]): ReadonlySet<SpanId> {
  const ids = new Set<SpanId>();
  const repeated = new Set<SpanId>();
  for (const { span } of spans) {
    if (ids.has(span.spanId)) repeated.add(span.spanId);
    else ids.add(span.spanId);
  }
  return repeated;
}
