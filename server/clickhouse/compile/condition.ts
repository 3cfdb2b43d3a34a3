import type { AttributeLevel, Condition, SpanField } from '../../store/trace-store.ts';
import { quoteHex, quoteInteger, quoteText } from '../literal.ts';
import { type Comparison, compileText, parseComparison, parseNumber } from './comparison.ts';
import { NO_PARENT } from './trace.ts';

export type AttributeLeaf = Extract<Condition, { kind: 'attribute' }>;
export type FieldLeaf = Extract<Condition, { kind: 'field' }>;
export type Leaf = AttributeLeaf | FieldLeaf;

/** What the catalog says of a leaf that is, or may be, about resources and scopes: SQL that holds for their spans. */
export type OriginCondition = (leaf: Leaf) => string | undefined;

const NEVER = '0';

/** SQL that holds for the spans for which the condition does. */
export function compileCondition(condition: Condition, origin: OriginCondition): string {
  switch (condition.kind) {
    case 'and':
      return joined(condition.of, ' AND ', '1', origin);
    case 'or':
      return joined(condition.of, ' OR ', NEVER, origin);
    case 'not':
      return `NOT ${compileCondition(condition.of, origin)}`;
    case 'attribute':
      return signed(comparisonOf(condition), (comparison) => compileAttribute(condition, comparison, origin));
    case 'field':
      return signed(comparisonOf(condition), (comparison) => compileField(condition, comparison, origin));
  }
}

/** More branches than this are not worth their planning. */
const MAX_BRANCHES = 8;

/**
 * The condition as statements that are asked apart and put together again: a span is found when one of them holds. An
 * `OR` of the two token indexes would read the maps of every row that the first does not answer.
 */
export function compileBranches(condition: Condition, origin: OriginCondition): readonly string[] {
  const branches = branchesOf(condition, origin);
  return branches.length <= MAX_BRANCHES ? branches : [compileCondition(condition, origin)];
}

function branchesOf(condition: Condition, origin: OriginCondition): readonly string[] {
  switch (condition.kind) {
    case 'or':
      return condition.of.length === 0 ? [NEVER] : condition.of.flatMap((part) => branchesOf(part, origin));
    case 'and':
      return condition.of.map((part) => compileBranches(part, origin)).reduce(combine, ['1']);
    case 'attribute':
      return condition.comparator === '='
        ? attributeParts(condition, comparisonOf(condition), origin)
        : [compileCondition(condition, origin)];
    case 'not':
    case 'field':
      return [compileCondition(condition, origin)];
  }
}

function combine(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.flatMap((one) => others.map((other) => (one === '1' ? other : `${one} AND ${other}`)));
}

/** The leaf's comparison, under the name by which a refusal calls it. */
export function comparisonOf(leaf: Leaf): Comparison {
  const field = leaf.kind === 'attribute' ? `attribute ${leaf.key}` : leaf.field;
  const { comparator, value } = leaf;
  return parseComparison({ comparator, field, ...(value === undefined ? {} : { value }) });
}

/** All leaves of a condition, wherever they stand. */
export function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(leavesOf);
    case 'not':
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
  origin: OriginCondition,
): string {
  return either(
    parts.map((part) => compileCondition(part, origin)),
    operator,
    empty,
  );
}

function either(parts: readonly string[], operator = ' OR ', empty = NEVER): string {
  if (parts.length === 0) return empty;
  return parts.length === 1 ? parts[0]! : `(${parts.join(operator)})`;
}

function signed(comparison: Comparison, compile: (comparison: Comparison) => string): string {
  const positive = compile(comparison);
  return comparison.denied ? `NOT ${positive}` : positive;
}

/** Levels whose attributes stand on the span's own row. */
const ON_SPAN: readonly AttributeLevel[] = ['span', 'event', 'link'];

function compileAttribute(leaf: AttributeLeaf, comparison: Comparison, origin: OriginCondition): string {
  return either(attributeParts(leaf, comparison, origin));
}

/** Places where the attribute may stand, and what must hold there. */
function attributeParts(leaf: AttributeLeaf, comparison: Comparison, origin: OriginCondition): string[] {
  const { key, level } = leaf;
  const levels = ON_SPAN.filter((one) => level === undefined || level === one);
  const onSpan =
    comparison.comparator === '='
      ? compileEqual(key, comparison.value, levels)
      : levels.map((one) => COMPARED[one]!(key, comparison));
  const atOrigin = origin(leaf);
  const parts = [...onSpan, ...(atOrigin === undefined ? [] : [atOrigin])];
  return parts.length === 0 ? [NEVER] : parts;
}

/**
 * Equality is answered by the indexes of tokens. A token tells its key and value apart only if it has a single `=`: where
 * that is in doubt, the maps are asked as well.
 */
function compileEqual(key: string, value: string, levels: readonly AttributeLevel[]): string[] {
  const token = quoteText(`${key}=${value}`);
  const plain = !key.includes('=') && !value.includes('=');
  const found = (tokens: string, inMaps: string): string =>
    plain ? `has(${tokens}, ${token})` : `(has(${tokens}, ${token}) AND ${inMaps})`;
  const nested = (maps: string): string => `arrayExists(m -> ${isEntry('m', key, value)}, ${maps})`;
  const places: Readonly<Partial<Record<AttributeLevel, string>>> = {
    span: found('tokens_u', isEntry('attr_u', key, value)),
    event: found('tokens_event', nested('events.attr')),
    link: found('tokens_link', nested('links.attr')),
  };
  // One branch for all that is under bloom filters, which combine; another for the text index, which does not.
  const unique = either(levels.map((level) => places[level]!));
  return levels.includes('span') ? [found('tokens', isEntry('attr', key, value)), unique] : [unique];
}

/** Senders may send a key twice, and then either value counts. */
function isEntry(map: string, key: string, value: string): string {
  return `arrayExists((k, v) -> k = ${quoteText(key)} AND v = ${quoteText(value)}, mapKeys(${map}), mapValues(${map}))`;
}

/** Every comparison but equality. The keys have indexes of their own. */
const COMPARED: Readonly<Partial<Record<AttributeLevel, (key: string, comparison: Comparison) => string>>> = {
  span: (key, comparison) =>
    either([compileEntry('attr', key, comparison), compileEntry('attr_u', key, comparison)]),
  event: (key, comparison) => `arrayExists(m -> ${compileEntry('m', key, comparison)}, events.attr)`,
  link: (key, comparison) => `arrayExists(m -> ${compileEntry('m', key, comparison)}, links.attr)`,
};

/** Holds for a map that has the key with a value for which the comparison does. */
export function compileEntry(map: string, key: string, comparison: Comparison): string {
  const hasKey = `has(mapKeys(${map}), ${quoteText(key)})`;
  if (comparison.comparator === 'exists') return hasKey;
  const holds = compileText('v', comparison);
  return `(${hasKey} AND arrayExists((k, v) -> k = ${quoteText(key)} AND ${holds}, mapKeys(${map}), mapValues(${map})))`;
}

type FieldCompiler = (comparison: Comparison) => string;

const text =
  (expression: string): FieldCompiler =>
  (comparison) =>
    comparison.comparator === 'exists' ? `${expression} != ''` : compileText(expression, comparison);

/** Fields of the span's row; those of the scope are the catalog's. */
const FIELDS: Readonly<Record<Exclude<SpanField, 'scope-name' | 'scope-version'>, FieldCompiler>> = {
  service: text('service'),
  name: text('name'),
  kind: text('toString(kind)'),
  status: text('toString(status)'),
  'status-message': text('status_message'),
  'trace-state': text('trace_state'),
  'event-name': (comparison) =>
    comparison.comparator === '='
      ? `has(events.name, ${quoteText(comparison.value)})`
      : `arrayExists(n -> ${text('n')(comparison)}, events.name)`,
  duration: compileDuration,
  'span-id': compileSpanId('span_id'),
  'parent-span-id': (comparison) =>
    `(parent_span_id != ${NO_PARENT} AND ${compileSpanId('parent_span_id')(comparison)})`,
};

function compileField(leaf: FieldLeaf, comparison: Comparison, origin: OriginCondition): string {
  const { field } = leaf;
  if (field === 'scope-name' || field === 'scope-version') return origin(leaf) ?? NEVER;
  return FIELDS[field](comparison);
}

const WHOLE = /^\d{1,19}$/;

/** Exact for whole nanoseconds: a double holds them only up to a hundred days. */
function compileDuration(comparison: Comparison): string {
  const { comparator, value } = comparison;
  if (comparator === 'exists') return '1';
  if (comparator === 'regex') return compileText('toString(duration)', comparison);
  if (WHOLE.test(value)) return `duration ${comparator} ${quoteInteger(BigInt(value))}`;
  return `duration ${comparator} ${parseNumber(comparison)}`;
}

function compileSpanId(column: string): FieldCompiler {
  return (comparison) => {
    const { comparator, value } = comparison;
    if (comparator === 'exists') return '1';
    if (comparator !== '=') return compileText(`lower(hex(${column}))`, comparison);
    const id = value.toLowerCase();
    return /^[0-9a-f]{16}$/.test(id) ? `${column} = ${quoteHex(id)}` : NEVER;
  };
}
