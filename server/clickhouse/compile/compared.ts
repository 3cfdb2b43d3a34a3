import { Fault } from '../../errors/fault.ts';
import type { Condition, Operand, SpanField } from '../../store/trace-store.ts';
import { attributeParts, compileValues } from './attribute-leaf.ts';
import { catalogField, compileField, nestedField } from './field-leaf.ts';
import {
  type AttributeLeaf,
  type Bound,
  type Context,
  type FieldLeaf,
  type Leaf,
  comparisonOf,
  either,
} from './leaf.ts';
import { elementColumn, nestedColumn } from './nested.ts';
import { compileFactAttribute, compileFactColumn, originFacts } from './origin.ts';

type ComparedLeaf = Extract<Condition, { kind: 'compared' }>;

/** What the values of an operand are: whole nanoseconds, text that is no number even if it looks like one, or any text. */
type Holds = 'nanos' | 'text' | 'any';

interface Values {
  readonly holds: Holds;
  /** SQL of an array. Where the operand is not there, of anything. */
  readonly array: string;
}

/**
 * Holds for spans that have both operands, and a value of each for which the comparison does. No index knows of pairs; those
 * of keys and of origins leave out spans without one of the two.
 */
export function compileCompared(
  { left, comparator, right }: ComparedLeaf,
  context: Context,
  bound: Bound,
): string {
  const [one, other] = [valuesOf(left, context, bound), valuesOf(right, context, bound)];
  if (!areComparable(one.holds, other.holds)) throw incomparable(left, right);
  const pair = comparePair(one.holds, comparator === '!=' ? '=' : comparator, other.holds);
  const some = `arrayExists(x -> arrayExists(y -> ${pair}, ${other.array}), ${one.array})`;
  const present = [left, right].map((operand) => compilePresent(operand, context, bound));
  return either([...present, comparator === '!=' ? `NOT ${some}` : some], ' AND ');
}

/** The leaf that holds for spans that have the operand. */
export function isThere(operand: Operand): Leaf {
  return { ...operand, comparator: 'exists' };
}

function compilePresent(operand: Operand, { known }: Context, bound: Bound): string {
  const leaf = isThere(operand);
  const comparison = comparisonOf(leaf);
  const facts = known(operand);
  return leaf.kind === 'attribute'
    ? either(attributeParts(leaf, comparison, () => facts, bound))
    : compileField(leaf, comparison, facts.origin, bound);
}

function valuesOf(operand: Operand, context: Context, bound: Bound): Values {
  const leaf = isThere(operand);
  return leaf.kind === 'attribute'
    ? { holds: 'any', array: attributeValues(leaf, operand, context, bound) }
    : { holds: heldBy(leaf.field), array: fieldValues(leaf, context, bound) };
}

function attributeValues(
  leaf: AttributeLeaf,
  operand: Operand,
  { space, known }: Context,
  bound: Bound,
): string {
  const facts = known(operand);
  const ofOrigins =
    facts.origin === undefined
      ? []
      : originFacts(leaf).map((fact) => compileFactAttribute(space, fact, leaf.key));
  const arrays = [...compileValues(leaf, facts, bound), ...ofOrigins];
  if (arrays.length === 0) return `emptyArrayString()`;
  return arrays.length === 1 ? arrays[0]! : `arrayConcat(${arrays.join(', ')})`;
}

const NANOS: ReadonlySet<SpanField> = new Set([
  'start',
  'end',
  'duration',
  'event-time',
  'event-time-since-start',
]);

function heldBy(field: SpanField): Holds {
  return NANOS.has(field) ? 'nanos' : 'text';
}

function fieldValues({ field }: FieldLeaf, { space }: Context, bound: Bound): string {
  const inCatalog = catalogField(field);
  if (inCatalog !== undefined) return `[${compileFactColumn(space, inCatalog.fact, inCatalog.column)}]`;
  const present = PRESENTED[field as keyof typeof PRESENTED];
  const nested = nestedField(field);
  if (nested === undefined) return `[${present('')}]`;
  const { level, column } = nested;
  if (bound.has(level)) return `[${present(elementColumn(level, column))}]`;
  const all = nestedColumn(level, column);
  const there = heldBy(field) === 'nanos' ? all : `arrayFilter(n -> n != '', ${all})`;
  return `arrayMap(n -> ${present('n')}, ${there})`;
}

const hex = (id: string): string => `lower(hex(${id}))`;
const nanosOf = (time: string): string => `toUnixTimestamp64Nano(${time})`;
const asIs = (column: string): string => column;

/** A field as the port has it; of events and links, of the element that is given. */
const PRESENTED = {
  service: () => 'toString(service)',
  name: () => 'toString(name)',
  kind: () => 'toString(kind)',
  status: () => 'toString(status)',
  'status-message': () => 'toString(status_message)',
  'trace-state': () => 'toString(trace_state)',
  start: () => nanosOf('start'),
  end: () => `(${nanosOf('start')} + duration)`,
  duration: () => 'duration',
  'trace-id': () => hex('trace_id'),
  'span-id': () => hex('span_id'),
  'parent-span-id': () => hex('parent_span_id'),
  'event-name': asIs,
  'event-time': nanosOf,
  'event-time-since-start': (time: string) => `(${nanosOf(time)} - ${nanosOf('start')})`,
  'link-trace-id': hex,
  'link-span-id': hex,
  'link-trace-state': asIs,
} as const satisfies Partial<Record<SpanField, (element: string) => string>>;

function areComparable(one: Holds, other: Holds): boolean {
  return one === other || one === 'any' || other === 'any';
}

function incomparable(left: Operand, right: Operand): Fault {
  const [one, other] = [comparisonOf(isThere(left)).field, comparisonOf(isThere(right)).field];
  return new Fault(
    'invalid',
    `${one} and ${other} cannot be compared: one of them is text, the other a number of nanoseconds`,
    { field: one },
  );
}

/** Of `x` and `y`. Whole numbers are compared as such: a double holds no more than 53 bits of them. */
function comparePair(one: Holds, comparator: string, other: Holds): string {
  if (one === 'text' || other === 'text' || (one === 'nanos' && other === 'nanos'))
    return `x ${comparator} y`;
  const integers = `${asInteger('x', one)} ${comparator} ${asInteger('y', other)}`;
  const numbers = `${asNumber('x', one)} ${comparator} ${asNumber('y', other)}`;
  const otherwise = one === 'any' && other === 'any' ? `x ${comparator} y` : '0';
  return `ifNull(${integers}, ifNull(${numbers}, ${otherwise}))`;
}

function asInteger(value: string, holds: Holds): string {
  return holds === 'nanos' ? value : `toInt64OrNull(${value})`;
}

function asNumber(value: string, holds: Holds): string {
  return holds === 'nanos' ? `toFloat64(${value})` : `toFloat64OrNull(${value})`;
}
