import { Fault } from '../../errors/fault.ts';
import type { Condition, NestedLevel, Operand } from '../../store/trace-store.ts';
import { attributeParts, compileToken } from './attribute-leaf.ts';
import { compileCompared } from './compared.ts';
import type { Comparison } from './comparison.ts';
import { compileField, nestedField } from './field-leaf.ts';
import { type Bound, type Context, type Leaf, NEVER, comparisonOf, either } from './leaf.ts';
import { type NestedColumn, someElement } from './nested.ts';

type Some = Extract<Condition, { kind: 'some' }>;

const NOTHING_BOUND: Bound = new Set();

/** SQL that holds for the spans for which the condition does. */
export function compileCondition(condition: Condition, context: Context, bound = NOTHING_BOUND): string {
  switch (condition.kind) {
    case 'and':
      return joined(condition.of, ' AND ', '1', context, bound);
    case 'or':
      return joined(condition.of, ' OR ', NEVER, context, bound);
    case 'not':
      return `NOT ${compileCondition(condition.of, context, bound)}`;
    case 'some':
      return compileSome(condition, context, bound);
    case 'attribute':
      return signed(comparisonOf(condition), (comparison) =>
        either(attributeParts(condition, comparison, context.known, bound)),
      );
    case 'field':
      return signed(comparisonOf(condition), (comparison) =>
        compileField(condition, comparison, context.known(condition).origin, bound),
      );
    case 'compared':
      return compileCompared(condition, context, bound);
  }
}

/** More branches than this are not worth their planning. */
const MAX_BRANCHES = 8;

/**
 * The condition as statements that are asked apart and put together again: a span is found when one of them holds. An
 * `OR` of the two token indexes would read the maps of every row that the first does not answer.
 */
export function compileBranches(condition: Condition, context: Context): readonly string[] {
  const branches = branchesOf(condition, context);
  return branches.length <= MAX_BRANCHES ? branches : [compileCondition(condition, context)];
}

function branchesOf(condition: Condition, context: Context): readonly string[] {
  switch (condition.kind) {
    case 'or':
      return condition.of.length === 0 ? [NEVER] : condition.of.flatMap((part) => branchesOf(part, context));
    case 'and':
      return combineAll(condition, context);
    case 'attribute':
      return condition.comparator === '='
        ? attributeParts(condition, comparisonOf(condition), context.known, NOTHING_BOUND)
        : [compileCondition(condition, context)];
    case 'not':
    case 'some':
    case 'field':
    case 'compared':
      return [compileCondition(condition, context)];
  }
}

/** As many as the parts have multiplied: counted first, for of thirty parts with two each nobody could hold them. */
function combineAll(all: Extract<Condition, { kind: 'and' }>, context: Context): readonly string[] {
  const parts = all.of.map((part) => compileBranches(part, context));
  const count = parts.reduce((product, { length }) => product * length, 1);
  return count > MAX_BRANCHES ? [compileCondition(all, context)] : parts.reduce(combine, ['1']);
}

function combine(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.flatMap((one) => others.map((other) => (one === '1' ? other : `${one} AND ${other}`)));
}

/** All leaves of a condition that compare with a constant, wherever they stand. */
export function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'compared':
      return [];
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

/** All operands that are compared with each other. */
export function operandsOf(condition: Condition): Operand[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(operandsOf);
    case 'not':
    case 'some':
      return operandsOf(condition.of);
    case 'attribute':
    case 'field':
      return [];
    case 'compared':
      return [condition.left, condition.right];
  }
}

function joined(
  parts: readonly Condition[],
  operator: string,
  empty: string,
  context: Context,
  bound: Bound,
): string {
  return either(
    parts.map((part) => compileCondition(part, context, bound)),
    operator,
    empty,
  );
}

function signed(comparison: Comparison, compile: (comparison: Comparison) => string): string {
  const positive = compile(comparison);
  return comparison.denied ? `NOT ${positive}` : positive;
}

/** One pass over a span's elements, after the index has been asked for the values that one of them must have. */
function compileSome({ level, of }: Some, context: Context, bound: Bound): string {
  if (bound.has(level)) {
    throw new Fault(
      'invalid',
      `some ${level} stands inside another, and which of them is meant is not defined`,
      {
        field: level,
      },
    );
  }
  const condition = compileCondition(of, context, new Set([...bound, level]));
  const exists = someElement(level, columnsRead(of, level), condition);
  return either([...tokensOf(of, level), exists], ' AND ');
}

/** Whatever the condition asks, there must be an element: where it reads nothing of it, its least column. */
const LEAST_COLUMN: Readonly<Record<NestedLevel, NestedColumn>> = { event: 'name', link: 'span_id' };

function columnsRead(condition: Condition, level: NestedLevel): readonly NestedColumn[] {
  const read = new Set([
    ...leavesOf(condition).flatMap((leaf) => columnsOfLeaf(leaf, level)),
    ...operandsOf(condition).flatMap((operand) => columnsOfLeaf(operand, level)),
  ]);
  return read.size === 0 ? [LEAST_COLUMN[level]] : [...read].sort();
}

function columnsOfLeaf(leaf: Leaf | Operand, level: NestedLevel): readonly NestedColumn[] {
  if (leaf.kind === 'field') {
    const rule = nestedField(leaf.field);
    return rule?.level === level ? [rule.column] : [];
  }
  if (leaf.level !== level) return [];
  return 'type' in leaf ? ['attr', 'attr_types'] : ['attr'];
}

/** Attribute values that an element must have for the condition to hold of it. */
function tokensOf(condition: Condition, level: NestedLevel): string[] {
  if (condition.kind === 'and') return condition.of.flatMap((part) => tokensOf(part, level));
  const isEqual = condition.kind === 'attribute' && condition.level === level && condition.comparator === '=';
  return isEqual ? [compileToken(level, condition.key, condition.value ?? '')] : [];
}
