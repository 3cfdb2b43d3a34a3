import type { SpanLink } from '../../../span/span.ts';
import { type AdjustedSpan, warned } from './adjusted-span.ts';

const NO_TRACE = '0'.repeat(32);

/** A link to no trace leads nowhere. */
export function dropEmptyLinks(adjusted: AdjustedSpan): AdjustedSpan {
  const { span } = adjusted;
  if (!span.links.some(isEmpty)) return adjusted;
  const links = span.links.filter((link) => !isEmpty(link));
  const removed = span.links.length - links.length;
  const warnings = Array.from({ length: removed }, () => 'Invalid span link removed');
  return warned({ ...adjusted, span: { ...span, links } }, ...warnings);
}

function isEmpty({ traceId }: SpanLink): boolean {
  return traceId === NO_TRACE;
}
