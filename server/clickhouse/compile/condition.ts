import { Fault } from '../../errors/fault.ts';
import type { Condition, NestedLevel } from '../../store/trace-store.ts';
import { attributeParts, compileToken } from './attribute-leaf.ts';
import type { Comparison } from './comparison.ts';
import { compileField, nestedField } from './field-leaf.ts';
import { type Bound, type Known, type Leaf, NEVER, comparisonOf, either } from './leaf.ts';
import { type NestedColumn, someElement } from './nested.ts';

type Some = Extract<Condition, { kind: 'some' }>;

const NOTHING_BOUND: Bound = new Set();

/** SQL that holds for the spans for which the condition does. */
export function compileCondition(condition: Condition, known: Known, bound = NOTHING_BOUND): string {
  switch (condition.kind) {
    case 'and':
      return joined(condition.of, ' AND ', '1', known, bound);
    case 'or':
      return joined(condition.of, ' OR ', NEVER, known, bound);
    case 'not':
      return `NOT ${compileCondition(condition.of, known, bound)}`;
    case 'some':
      return compileSome(condition, known, bound);
    case 'attribute':
      return signed(comparisonOf(condition), (comparison) =>
        either(attributeParts(condition, comparison, known, bound)),
      );
    case 'field':
      return signed(comparisonOf(condition), (comparison) =>
        compileField(condition, comparison, known(condition).origin, bound),
      );
  }
}

/** More branches than this are not worth their planning. */
const MAX_BRANCHES = 8;

/**
 * The condition as statements that are asked apart and put together again: a span is found when one of them holds. An
 * `OR` of the two token indexes would read the maps of every row that the first does not answer.
 */
export function compileBranches(condition: Condition, known: Known): readonly string[] {
  const branches = branchesOf(condition, known);
  return branches.length <= MAX_BRANCHES ? branches : [compileCondition(condition, known)];
}

function branchesOf(condition: Condition, known: Known): readonly string[] {
  switch (condition.kind) {
    case 'or':
      return condition.of.length === 0 ? [NEVER] : condition.of.flatMap((part) => branchesOf(part, known));
    case 'and':
      return condition.of.map((part) => compileBranches(part, known)).reduce(combine, ['1']);
    case 'attribute':
      return condition.comparator === '='
        ? attributeParts(condition, comparisonOf(condition), known, NOTHING_BOUND)
        : [compileCondition(condition, known)];
    case 'not':
    case 'some':
    case 'field':
      return [compileCondition(condition, known)];
  }
}

function combine(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.flatMap((one) => others.map((other) => (one === '1' ? other : `${one} AND ${other}`)));
}

/** All leaves of a condition, wherever they stand. */
export function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(leavesOf);
    case 'not':
    case 'some':
      return leavesOf(condition.of);
    case 'attribute':
    case 'field':
      return [condition];
  }
}

function joined(
  parts: readonly Condition[],
  operator: string,
  empty: string,
  known: Known,
  bound: Bound,
): string {
  return either(
    parts.map((part) => compileCondition(part, known, bound)),
    operator,
    empty,
  );
}

function signed(comparison: Comparison, compile: (comparison: Comparison) => string): string {
  const positive = compile(comparison);
  return comparison.denied ? `NOT ${positive}` : positive;
}

/** One pass over a span's elements, after the index has been asked for the values that one of them must have. */
function compileSome({ level, of }: Some, known: Known, bound: Bound): string {
  if (bound.has(level)) {
    throw new Fault(
      'invalid',
      `some ${level} stands inside another, and which of them is meant is not defined`,
      {
        field: level,
      },
    );
  }
  const condition = compileCondition(of, known, new Set([...bound, level]));
  const exists = someElement(level, columnsRead(of, level), condition);
  return either([...tokensOf(of, level), exists], ' AND ');
}

/** Whatever the condition asks, there must be an element: where it reads nothing of it, its least column. */
const LEAST_COLUMN: Readonly<Record<NestedLevel, NestedColumn>> = { event: 'name', link: 'span_id' };

function columnsRead(condition: Condition, level: NestedLevel): readonly NestedColumn[] {
  const read = new Set(leavesOf(condition).flatMap((leaf) => columnsOfLeaf(leaf, level)));
  return read.size === 0 ? [LEAST_COLUMN[level]] : [...read].sort();
}

function columnsOfLeaf(leaf: Leaf, level: NestedLevel): readonly NestedColumn[] {
  if (leaf.kind === 'field') {
    const rule = nestedField(leaf.field);
    return rule?.level === level ? [rule.column] : [];
  }
  if (leaf.level !== level) return [];
  return leaf.type === undefined ? ['attr'] : ['attr', 'attr_types'];
}

/** Attribute values that an element must have for the condition to hold of it. */
function tokensOf(condition: Condition, level: NestedLevel): string[] {
  if (condition.kind === 'and') return condition.of.flatMap((part) => tokensOf(part, level));
  const isEqual = condition.kind === 'attribute' && condition.level === level && condition.comparator === '=';
  return isEqual ? [compileToken(level, condition.key, condition.value ?? '')] : [];
}
