import { presentValue } from '../../../columns/attribute-text.ts';
import type { AttributeValue } from '../../../span/attribute.ts';
import type { Span } from '../../../span/span.ts';
import type { AdjustedSpan } from './adjusted-span.ts';

/** Where Jaeger's own collectors keep warnings of a span, for want of a field in OTLP. */
export const WARNINGS_KEY = '@jaeger@warnings';

const NONE: readonly string[] = [];

export function carriedWarnings(span: Span): AdjustedSpan {
  const carrier = span.attributes.find(({ key }) => key === WARNINGS_KEY)?.value;
  if (carrier === undefined) return { span, warnings: NONE };
  const attributes = span.attributes.filter(({ key }) => key !== WARNINGS_KEY);
  return { span: { ...span, attributes }, warnings: textsOf(carrier) };
}

/** A store that knows no lists may have made a text of it. */
function textsOf(value: AttributeValue): readonly string[] {
  return value.type === 'array' ? value.value.map(presentValue) : [presentValue(value)];
}
