import type { Span } from '../../../span/span.ts';
import type { AdjustedSpan } from '../adjust/adjust-trace.ts';
import { WARNINGS_KEY } from '../adjust/carried-warnings.ts';

/** Spans with their warnings among their attributes; those without are the same objects. */
export function carryWarnings(spans: readonly AdjustedSpan[]): readonly Span[];
export function carryWarnings(spans: Iterable<AdjustedSpan>): Iterable<Span>;
export function carryWarnings(spans: Iterable<AdjustedSpan>): Iterable<Span> {
  return Array.isArray(spans) ? (spans as readonly AdjustedSpan[]).map(carry) : carried(spans);
}

function* carried(spans: Iterable<AdjustedSpan>): Generator<Span> {
  for (const span of spans) yield carry(span);
}

function carry({ span, warnings }: AdjustedSpan): Span {
  if (warnings.length === 0) return span;
  const value = warnings.map((text) => ({ type: 'string', value: text }) as const);
  return {
    ...span,
    attributes: [...span.attributes, { key: WARNINGS_KEY, value: { type: 'array', value } }],
  };
}
