import { Fault } from '../../errors/fault.ts';
import type { NestedLevel, SpanField } from '../../store/trace-store.ts';
import { quoteHex, quoteInteger, quoteText } from '../literal.ts';
import { type Comparison, compileText, parseInteger, parseNumber } from './comparison.ts';
import { type Bound, type FieldLeaf, NEVER } from './leaf.ts';
import { type NestedColumn, elementColumn, nestedColumn } from './nested.ts';
import { quoteNanos } from './scope.ts';
import { NO_PARENT } from './trace.ts';

type FieldCompiler = (comparison: Comparison) => string;
type Compile = (expression: string) => FieldCompiler;

/** Fields that are not on the span's row, but in the catalog: a column of the fact that the span refers to. */
const CATALOG_FIELDS = {
  'resource-schema-url': { fact: 'resource', column: 'schema_url' },
  'scope-name': { fact: 'scope', column: 'name' },
  'scope-version': { fact: 'scope', column: 'version' },
  'scope-schema-url': { fact: 'scope', column: 'schema_url' },
} as const;

type CatalogField = keyof typeof CATALOG_FIELDS;

export function catalogField(field: SpanField): (typeof CATALOG_FIELDS)[CatalogField] | undefined {
  return isCatalogField(field) ? CATALOG_FIELDS[field] : undefined;
}

function isCatalogField(field: SpanField): field is CatalogField {
  return Object.hasOwn(CATALOG_FIELDS, field);
}

const text: Compile = (expression) => (comparison) =>
  comparison.comparator === 'exists' ? `${expression} != ''` : compileText(expression, comparison);

interface NestedFieldRule {
  readonly level: NestedLevel;
  readonly column: NestedColumn;
  readonly compile: Compile;
}

/** Fields of events and links. */
const NESTED_FIELDS = {
  'event-name': { level: 'event', column: 'name', compile: text },
  'event-time': { level: 'event', column: 'time', compile: compileMoment },
  'event-time-since-start': { level: 'event', column: 'time', compile: compileSinceStart },
  'link-trace-id': { level: 'link', column: 'trace_id', compile: compileNestedId },
  'link-span-id': { level: 'link', column: 'span_id', compile: compileNestedId },
  'link-trace-state': { level: 'link', column: 'trace_state', compile: text },
} as const satisfies Partial<Record<SpanField, NestedFieldRule>>;

type NestedField = keyof typeof NESTED_FIELDS;

/** Of which level the field is, and where it stands; undefined if the span has but one. */
export function nestedField(field: SpanField): NestedFieldRule | undefined {
  return isNestedField(field) ? NESTED_FIELDS[field] : undefined;
}

function isNestedField(field: SpanField): field is NestedField {
  return Object.hasOwn(NESTED_FIELDS, field);
}

const FIELDS: Readonly<Record<Exclude<SpanField, CatalogField | NestedField>, FieldCompiler>> = {
  service: text('service'),
  name: text('name'),
  kind: text('toString(kind)'),
  status: text('toString(status)'),
  'status-message': text('status_message'),
  'trace-state': text('trace_state'),
  start: compileMoment('start'),
  end: compileNanos('(toUnixTimestamp64Nano(start) + duration)'),
  duration: compileDuration,
  'trace-id': compileId('trace_id', 32),
  'span-id': compileId('span_id', 16),
  'parent-span-id': (comparison) =>
    `(parent_span_id != ${NO_PARENT} AND ${compileId('parent_span_id', 16)(comparison)})`,
};

export function compileField(
  { field }: FieldLeaf,
  comparison: Comparison,
  origin: string | undefined,
  bound: Bound,
): string {
  if (isCatalogField(field)) return origin ?? NEVER;
  if (isNestedField(field)) return compileNested(NESTED_FIELDS[field], comparison, bound);
  return FIELDS[field](comparison);
}

/** Of the element that is meant, or of any. */
function compileNested(
  { level, column, compile }: NestedFieldRule,
  comparison: Comparison,
  bound: Bound,
): string {
  if (bound.has(level)) return compile(elementColumn(level, column))(comparison);
  const values = nestedColumn(level, column);
  return compile === text && comparison.comparator === '='
    ? `has(${values}, ${quoteText(comparison.value)})`
    : `arrayExists(n -> ${compile('n')(comparison)}, ${values})`;
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

/** A time, against nanoseconds since 1970. */
function compileMoment(expression: string): FieldCompiler {
  return (comparison) =>
    compileWhole(comparison, (value) => `${expression} ${comparison.comparator} ${quoteNanos(value)}`);
}

function compileSinceStart(time: string): FieldCompiler {
  return compileNanos(`(toUnixTimestamp64Nano(${time}) - toUnixTimestamp64Nano(start))`);
}

function compileNanos(expression: string): FieldCompiler {
  return (comparison) =>
    compileWhole(comparison, (value) => `${expression} ${comparison.comparator} ${quoteInteger(value)}`);
}

function compileWhole(comparison: Comparison, compile: (value: bigint) => string): string {
  const { comparator, field } = comparison;
  if (comparator === 'exists') return '1';
  if (comparator !== 'regex') return compile(parseInteger(comparison));
  throw new Fault('invalid', `${field} regex matches text, and this is a number of nanoseconds`, { field });
}

function compileId(column: string, digits: number): FieldCompiler {
  const isWhole = new RegExp(`^[0-9a-f]{${digits}}$`);
  return (comparison) => {
    const { comparator, value } = comparison;
    if (comparator === 'exists') return '1';
    if (comparator !== '=') return compileText(`lower(hex(${column}))`, comparison);
    const id = value.toLowerCase();
    return isWhole.test(id) ? `${column} = ${quoteHex(id)}` : NEVER;
  };
}

/** Of a link, whose ids are as long as the sender made them. */
function compileNestedId(column: string): FieldCompiler {
  return (comparison) => {
    const { comparator, value } = comparison;
    if (comparator === 'exists') return `${column} != ''`;
    if (comparator !== '=') return compileText(`lower(hex(${column}))`, comparison);
    const id = value.toLowerCase();
    return /^(?:[0-9a-f]{2})+$/.test(id) ? `${column} = ${quoteHex(id)}` : NEVER;
  };
}
