import { TYPE_LETTERS } from '../../columns/attribute-text.ts';
import type { Space } from '../../space/space.ts';
import type { Condition, NestedLevel, Operand } from '../../store/trace-store.ts';
import { type Comparison, type Order, parseComparison } from './comparison.ts';

export type AttributeLeaf = Extract<Condition, { kind: 'attribute' }>;
export type FieldLeaf = Extract<Condition, { kind: 'field' }>;
export type Leaf = AttributeLeaf | FieldLeaf;

/**
 * Where an attribute may stand on a span's own row: among those whose values repeat, among those whose values are nearly
 * unique, on an event, on a link.
 */
export const PLACES = ['span', 'unique', 'event', 'link'] as const;
export type Place = (typeof PLACES)[number];

/** What the catalog knows of a leaf. */
export interface LeafFacts {
  /** SQL that holds for the spans of the resources and scopes for which the leaf does; none if there are none. */
  readonly origin?: string;
  /** Where its key has ever stood; if that is not known it may be anywhere. */
  readonly places?: ReadonlySet<Place>;
}

/** Asked of a leaf, or of an operand of `compared`: then of the leaf that says that it is there. */
export type Known = (leaf: Leaf | Operand) => LeafFacts;

/** What a condition is compiled for. */
export interface Context {
  readonly space: Space;
  readonly known: Known;
}

/** Levels of which one element is meant: those of the `some` around a leaf. */
export type Bound = ReadonlySet<NestedLevel>;

export const NEVER = '0';

/** The leaf's comparison, under the name by which a refusal calls it. */
export function comparisonOf(leaf: Leaf): Comparison {
  const { comparator, value } = leaf;
  const given = { comparator, ...(value === undefined ? {} : { value }) };
  if (leaf.kind === 'field') return parseComparison({ ...given, field: leaf.field, order: 'text' });
  const { key, type } = leaf;
  return parseComparison({
    ...given,
    field: `attribute ${key}`,
    order: orderOf(leaf),
    ...(type === undefined ? {} : { letter: TYPE_LETTERS[type] }),
  });
}

function orderOf({ type }: AttributeLeaf): Order {
  if (type === 'string') return 'text';
  return type === 'int' ? 'integer' : 'number';
}

export function either(parts: readonly string[], operator = ' OR ', empty = NEVER): string {
  if (parts.length === 0) return empty;
  return parts.length === 1 ? parts[0]! : `(${parts.join(operator)})`;
}
