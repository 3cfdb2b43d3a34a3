import type { Span } from '../../../span/span.ts';
import type { AdjustedSpan } from '../adjust/adjust-trace.ts';

/** OTLP has no field for warnings: Jaeger keeps them in an attribute of this name. */
const CARRIER = '@jaeger@warnings';

/** Spans with their warnings among their attributes; those without are the same objects. */
export function carryWarnings(spans: readonly AdjustedSpan[]): readonly Span[] {
  return spans.map(carry);
}

function carry({ span, warnings }: AdjustedSpan): Span {
  if (warnings.length === 0) return span;
  const value = warnings.map((text) => ({ type: 'string', value: text }) as const);
  return { ...span, attributes: [...span.attributes, { key: CARRIER, value: { type: 'array', value } }] };
}
