import type { SpanLink } from '../../../span/span.ts';
import { type AdjustedSpan, warned } from './adjusted-span.ts';

const NO_TRACE = '0'.repeat(32);

/** A link to no trace leads nowhere. */
export function dropEmptyLinks(spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] {
  return spans.map((adjusted) => {
    const { span } = adjusted;
    const links = span.links.filter((link) => !isEmpty(link));
    const removed = span.links.length - links.length;
    if (removed === 0) return adjusted;
    const warnings = Array.from({ length: removed }, () => 'Invalid span link removed');
    return warned({ ...adjusted, span: { ...span, links } }, ...warnings);
  });
}

function isEmpty({ traceId }: SpanLink): boolean {
  return traceId === NO_TRACE;
}
