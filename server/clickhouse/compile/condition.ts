import type { AttributeLevel, Condition, SpanField } from '../../store/trace-store.ts';
import { quoteHex, quoteInteger, quoteText } from '../literal.ts';
import { type Comparison, compileText, parseComparison, parseNumber } from './comparison.ts';
import { NO_PARENT } from './trace.ts';

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

export type Known = (leaf: Leaf) => LeafFacts;

const NEVER = '0';

/** SQL that holds for the spans for which the condition does. */
export function compileCondition(condition: Condition, known: Known): string {
  switch (condition.kind) {
    case 'and':
      return joined(condition.of, ' AND ', '1', known);
    case 'or':
      return joined(condition.of, ' OR ', NEVER, known);
    case 'not':
      return `NOT ${compileCondition(condition.of, known)}`;
    case 'attribute':
      return signed(comparisonOf(condition), (comparison) => compileAttribute(condition, comparison, known));
    case 'field':
      return signed(comparisonOf(condition), (comparison) => compileField(condition, comparison, known));
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
        ? attributeParts(condition, comparisonOf(condition), known)
        : [compileCondition(condition, known)];
    case 'not':
    case 'field':
      return [compileCondition(condition, known)];
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

function joined(parts: readonly Condition[], operator: string, empty: string, known: Known): string {
  return either(
    parts.map((part) => compileCondition(part, known)),
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

const LEVEL_OF: Readonly<Record<Place, AttributeLevel>> = {
  span: 'span',
  unique: 'span',
  event: 'event',
  link: 'link',
};

/** Places that a leaf is about, whatever has been seen there. */
export function placesOf({ level }: AttributeLeaf): readonly Place[] {
  return PLACES.filter((place) => level === undefined || level === LEVEL_OF[place]);
}

function compileAttribute(leaf: AttributeLeaf, comparison: Comparison, known: Known): string {
  return either(attributeParts(leaf, comparison, known));
}

/** What must hold in one of the places where the attribute may stand. */
function attributeParts(leaf: AttributeLeaf, comparison: Comparison, known: Known): string[] {
  const { origin, places: seen } = known(leaf);
  const places = placesOf(leaf).filter((place) => seen?.has(place) ?? true);
  const onSpan =
    comparison.comparator === '='
      ? compileEqual(leaf.key, comparison.value, places)
      : places.map((place) => COMPARED[place](leaf.key, comparison));
  const parts = [...onSpan, ...(origin === undefined ? [] : [origin])];
  return parts.length === 0 ? [NEVER] : parts;
}

/**
 * Equality is answered by the indexes of tokens. A token tells its key and value apart only if it has a single `=`: where
 * that is in doubt, the maps are asked as well.
 */
function compileEqual(key: string, value: string, places: readonly Place[]): string[] {
  const token = quoteText(`${key}=${value}`);
  const plain = !key.includes('=') && !value.includes('=');
  const found = (tokens: string, inMaps: string): string =>
    plain ? `has(${tokens}, ${token})` : `(has(${tokens}, ${token}) AND ${inMaps})`;
  const nested = (maps: string): string => `arrayExists(m -> ${isEntry('m', key, value)}, ${maps})`;
  const at: Readonly<Record<Place, string>> = {
    span: found('tokens', isEntry('attr', key, value)),
    unique: found('tokens_u', isEntry('attr_u', key, value)),
    event: found('tokens_event', nested('events.attr')),
    link: found('tokens_link', nested('links.attr')),
  };
  // One branch for all that is under bloom filters, which combine; another for the text index, which does not.
  const filtered = places.filter((place) => place !== 'span').map((place) => at[place]);
  return [...(places.includes('span') ? [at.span] : []), ...(filtered.length > 0 ? [either(filtered)] : [])];
}

/** Senders may send a key twice, and then either value counts. */
function isEntry(map: string, key: string, value: string): string {
  return `arrayExists((k, v) -> k = ${quoteText(key)} AND v = ${quoteText(value)}, mapKeys(${map}), mapValues(${map}))`;
}

/** Every comparison but equality. The keys have indexes of their own. */
const COMPARED: Readonly<Record<Place, (key: string, comparison: Comparison) => string>> = {
  span: (key, comparison) => compileEntry('attr', key, comparison),
  unique: (key, comparison) => compileEntry('attr_u', key, comparison),
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

function compileField(leaf: FieldLeaf, comparison: Comparison, known: Known): string {
  const { field } = leaf;
  if (field === 'scope-name' || field === 'scope-version') return known(leaf).origin ?? NEVER;
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
