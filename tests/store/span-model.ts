import { presentValue } from '../../server/columns/attribute-text.ts';
import type { Attributes } from '../../server/span/attribute.ts';
import type { Span, SpanEvent, SpanLink } from '../../server/span/span.ts';
import type {
  AggregateDimension,
  AttributeLevel,
  Comparator,
  Condition,
  CountQuery,
  Operand,
  RateDimension,
  SpanField,
  ValueType,
} from '../../server/store/trace-store.ts';

/** The elements that the `some` around a condition mean. */
interface Meant {
  readonly event?: SpanEvent;
  readonly link?: SpanLink;
}

interface Typed {
  readonly type: string;
  readonly text: string;
}

const LEVELS: readonly AttributeLevel[] = ['resource', 'scope', 'span', 'event', 'link'];

function attributesAt(span: Span, level: AttributeLevel, meant: Meant): readonly Attributes[] {
  switch (level) {
    case 'resource':
      return [span.resource.attributes];
    case 'scope':
      return [span.scope.attributes];
    case 'span':
      return [span.attributes];
    case 'event':
      return (meant.event === undefined ? span.events : [meant.event]).map(({ attributes }) => attributes);
    case 'link':
      return (meant.link === undefined ? span.links : [meant.link]).map(({ attributes }) => attributes);
  }
}

function typedValues(span: Span, key: string, level: AttributeLevel | undefined, meant: Meant): Typed[] {
  const around = level === undefined ? {} : meant;
  return (level === undefined ? LEVELS : [level]).flatMap((one) =>
    attributesAt(span, one, around).flatMap((attributes) =>
      attributes
        .filter((attribute) => attribute.key === key)
        .map(({ value }) => ({ type: value.type, text: presentValue(value) })),
    ),
  );
}

type FieldValue = string | bigint;

function fieldValues(span: Span, field: SpanField, meant: Meant): FieldValue[] {
  const events = meant.event === undefined ? span.events : [meant.event];
  const links = meant.link === undefined ? span.links : [meant.link];
  switch (field) {
    case 'service':
      return [span.service];
    case 'name':
      return [span.name];
    case 'kind':
      return [span.kind];
    case 'status':
      return [span.statusCode];
    case 'status-message':
      return [span.statusMessage];
    case 'trace-state':
      return [span.traceState];
    case 'resource-schema-url':
      return [span.resource.schemaUrl];
    case 'scope-name':
      return [span.scope.name];
    case 'scope-version':
      return [span.scope.version];
    case 'scope-schema-url':
      return [span.scope.schemaUrl];
    case 'event-name':
      return events.map(({ name }) => name);
    case 'event-time':
      return events.map(({ timeNanos }) => timeNanos);
    case 'event-time-since-start':
      return events.map(({ timeNanos }) => timeNanos - span.startNanos);
    case 'link-trace-id':
      return links.map(({ traceId }) => traceId);
    case 'link-span-id':
      return links.map(({ spanId }) => spanId);
    case 'link-trace-state':
      return links.map(({ traceState }) => traceState);
    case 'start':
      return [span.startNanos];
    case 'end':
      return [span.startNanos + span.durationNanos];
    case 'duration':
      return [span.durationNanos];
    case 'trace-id':
      return [span.traceId];
    case 'span-id':
      return [span.spanId];
    case 'parent-span-id':
      return span.parentSpanId === undefined ? [] : [span.parentSpanId];
  }
}

const DENIED: Readonly<Partial<Record<Comparator, Comparator>>> = {
  '!=': '=',
  'not-regex': 'regex',
  'not-exists': 'exists',
};

/** Whether the condition holds for the span, as the port says it. */
export function holds(condition: Condition, span: Span, meant: Meant = {}): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => holds(part, span, meant));
    case 'or':
      return condition.of.some((part) => holds(part, span, meant));
    case 'not':
      return !holds(condition.of, span, meant);
    case 'some': {
      const { level, of } = condition;
      return level === 'event'
        ? span.events.some((event) => holds(of, span, { ...meant, event }))
        : span.links.some((link) => holds(of, span, { ...meant, link }));
    }
    case 'attribute': {
      const { key, level, type, value = '' } = condition;
      const comparator = DENIED[condition.comparator] ?? condition.comparator;
      const some = typedValues(span, key, level, meant).some(
        (one) => (type === undefined || one.type === type) && textHolds(one.text, comparator, value, type),
      );
      return comparator === condition.comparator ? some : !some;
    }
    case 'field': {
      const { field, value = '' } = condition;
      const comparator = DENIED[condition.comparator] ?? condition.comparator;
      const some = fieldValues(span, field, meant).some((one) =>
        typeof one === 'string'
          ? comparator === 'exists'
            ? one !== ''
            : textHolds(one, comparator, value, 'string')
          : comparator === 'exists' || compares(one, comparator, BigInt(value)),
      );
      return comparator === condition.comparator ? some : !some;
    }
    case 'compared': {
      const [left, right] = [
        operandValues(span, condition.left, meant),
        operandValues(span, condition.right, meant),
      ];
      if (left.length === 0 || right.length === 0) return false;
      const comparator = DENIED[condition.comparator] ?? condition.comparator;
      const isText = isTextField(condition.left) || isTextField(condition.right);
      const some = left.some((one) => right.some((other) => pairHolds(one, comparator, other, isText)));
      return comparator === condition.comparator ? some : !some;
    }
  }
}

const NANO_FIELDS: ReadonlySet<SpanField> = new Set([
  'start',
  'end',
  'duration',
  'event-time',
  'event-time-since-start',
]);

function isTextField(operand: Operand): boolean {
  return operand.kind === 'field' && !NANO_FIELDS.has(operand.field);
}

function operandValues(span: Span, operand: Operand, meant: Meant): FieldValue[] {
  return operand.kind === 'field'
    ? fieldValues(span, operand.field, meant).filter((value) => value !== '')
    : typedValues(span, operand.key, operand.level, meant).map(({ text }) => text);
}

function pairHolds(one: FieldValue, comparator: Comparator, other: FieldValue, isText: boolean): boolean {
  if (isText) return comparesText(String(one), comparator, String(other));
  const [left, right] = [numberOf(one), numberOf(other)];
  if (left !== undefined && right !== undefined) {
    return typeof left === 'bigint' && typeof right === 'bigint'
      ? compares(left, comparator, right)
      : compares(Number(left), comparator, Number(right));
  }
  return typeof one === 'string' && typeof other === 'string' && comparesText(one, comparator, other);
}

/** A whole number of 64 bits, or a double; undefined for what is no number. */
function numberOf(value: FieldValue): bigint | number | undefined {
  if (typeof value === 'bigint') return value;
  if (/^[+-]?\d+$/.test(value)) {
    const whole = BigInt(value.replace('+', ''));
    return BigInt.asIntN(64, whole) === whole ? whole : Number(value);
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}

function textHolds(
  text: string,
  comparator: Comparator,
  value: string,
  type: ValueType | undefined,
): boolean {
  if (comparator === 'exists') return true;
  if (comparator === '=') return text === value;
  if (comparator === 'regex') return new RegExp(`^(?:${value})$`, 'u').test(text);
  if (type === 'string') return comparesText(text, comparator, value);
  if (type === 'int') return compares(BigInt(text), comparator, BigInt(value));
  const number = numberOf(text);
  return number !== undefined && compares(Number(number), comparator, Number(value));
}

function comparesText(one: string, comparator: Comparator, other: string): boolean {
  return compares(Buffer.compare(Buffer.from(one), Buffer.from(other)), comparator, 0);
}

function compares<T extends bigint | number>(one: T, comparator: Comparator, other: T): boolean {
  if (comparator === '=') return one === other;
  if (comparator === '<') return one < other;
  if (comparator === '<=') return one <= other;
  return comparator === '>' ? one > other : one >= other;
}

/** The spans of a corpus for which all of the query holds; those that were stored twice are there twice. */
export function matching(corpus: readonly Span[], query: CountQuery): Span[] {
  const { window, service, operation, condition, minDurationNanos, maxDurationNanos } = query;
  const { minTraceDurationNanos: least = 0n, maxTraceDurationNanos: most } = query;
  const lasting = traceDurations(corpus);
  return corpus.filter(
    (span) =>
      span.startNanos >= window.fromNanos &&
      span.startNanos < window.toNanos &&
      (service === undefined || span.service === service) &&
      (operation === undefined || span.name === operation) &&
      span.durationNanos >= (minDurationNanos ?? 0n) &&
      (maxDurationNanos === undefined || span.durationNanos <= maxDurationNanos) &&
      lasting.get(span.traceId)! >= least &&
      (most === undefined || lasting.get(span.traceId)! <= most) &&
      (condition === undefined || holds(condition, span)),
  );
}

function traceDurations(corpus: readonly Span[]): ReadonlyMap<string, bigint> {
  const bounds = new Map<string, { first: bigint; last: bigint }>();
  for (const { traceId, startNanos, durationNanos } of corpus) {
    const end = startNanos + durationNanos;
    const { first, last } = bounds.get(traceId) ?? { first: startNanos, last: end };
    bounds.set(traceId, { first: first < startNanos ? first : startNanos, last: last > end ? last : end });
  }
  return new Map([...bounds].map(([id, { first, last }]) => [id, last - first]));
}

/** What is the same for a span that was stored twice, and for no other. */
export function identityOf(span: Span): string {
  const { traceId, spanId, startNanos, durationNanos, kind, name } = span;
  return JSON.stringify([traceId, spanId, `${startNanos}`, `${durationNanos}`, kind, name]);
}

/** By what an aggregate tells the span apart. */
export function dimensionOf(span: Span, dimension: AggregateDimension): string {
  if (dimension.kind === 'field') {
    const { service, name, kind, statusCode } = span;
    return { service, operation: name, kind, status: statusCode }[dimension.field];
  }
  const { key, level } = dimension;
  const levels: readonly AttributeLevel[] = level === undefined ? ['span', 'resource'] : [level];
  return levels.flatMap((one) => typedValues(span, key, one, {}))[0]?.text ?? '';
}

export function rateDimensionOf({ service, name, kind }: Span, dimension: RateDimension): string {
  return { service, operation: name, kind }[dimension];
}
