import { Fault } from '../../errors/fault.ts';
import type { Comparator } from '../../store/trace-store.ts';
import { quoteDouble, quoteInteger, quoteText } from '../literal.ts';

/** Comparators that say what must be there; the others deny one of these. */
export type Positive = '=' | '<' | '<=' | '>' | '>=' | 'regex' | 'exists';

const DENIED: Readonly<Partial<Record<Comparator, Positive>>> = {
  '!=': '=',
  'not-regex': 'regex',
  'not-exists': 'exists',
};

/** What a leaf asks for, with its denial taken out: `!=` is `not =` and so holds where there is nothing. */
export interface Comparison {
  readonly comparator: Positive;
  readonly denied: boolean;
  /** Of what: for refusals. */
  readonly field: string;
  /** Empty for `exists`. */
  readonly value: string;
  readonly order: Order;
  /** Of values that were sent as this type alone: its letter in the patterns of types. */
  readonly letter?: string;
}

/** As what `<`, `<=`, `>` and `>=` compare. */
export type Order = 'number' | 'integer' | 'text';

export function parseComparison(leaf: {
  readonly comparator: Comparator;
  readonly value?: string;
  readonly field: string;
  readonly order: Order;
  readonly letter?: string;
}): Comparison {
  const denied = DENIED[leaf.comparator];
  const comparator = denied ?? (leaf.comparator as Positive);
  if (leaf.value === undefined && comparator !== 'exists') {
    throw new Fault('invalid', `${leaf.field} ${leaf.comparator} needs a value`, { field: leaf.field });
  }
  const { field, value = '', order, letter } = leaf;
  return {
    comparator,
    denied: denied !== undefined,
    field,
    value,
    order,
    ...(letter === undefined ? {} : { letter }),
  };
}

/** Holds for an expression that is text and is there. */
export function compileText(expression: string, comparison: Comparison): string {
  const { comparator, value } = comparison;
  switch (comparator) {
    case 'exists':
      return '1';
    case '=':
      return `${expression} = ${quoteText(value)}`;
    case 'regex':
      return compileRegex(expression, value);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(expression, comparison);
  }
}

function compileOrder(expression: string, comparison: Comparison): string {
  const { comparator, order, value } = comparison;
  switch (order) {
    case 'text':
      return `${expression} ${comparator} ${quoteText(value)}`;
    case 'integer':
      return `ifNull(toInt64OrNull(${expression}) ${comparator} ${quoteInteger(parseInteger(comparison))}, 0)`;
    case 'number':
      return `ifNull(toFloat64OrNull(${expression}) ${comparator} ${quoteDouble(parseNumber(comparison))}, 0)`;
  }
}

/** Holds for text that the pattern matches from end to end; fails for a pattern that is none, even if no row is read. */
function compileRegex(expression: string, pattern: string): string {
  return `(NOT ignore(${proveRegex(pattern)}) AND match(${expression}, ${quoteText(anchored(pattern))}))`;
}

/**
 * Has the engine compile the pattern by itself, as a constant, since one like `a)|(b` is valid only between our
 * parentheses. The alternative before it is there because RE2 is not asked about patterns that look like plain text.
 */
export function proveRegex(pattern: string): string {
  return `match('', ${quoteText(`[x]|${pattern}`)})`;
}

export function anchored(pattern: string): string {
  return `^(?:${pattern})$`;
}

export function parseNumber(comparison: Comparison): number {
  const { value } = comparison;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isNaN(number)) return number;
  throw notOf('numbers', comparison);
}

/** A whole number that fits a signed integer of 64 bits. */
export function parseInteger(comparison: Comparison): bigint {
  const { value } = comparison;
  const integer = /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
  if (integer !== undefined && BigInt.asIntN(64, integer) === integer) return integer;
  throw notOf('integers of 64 bits', comparison);
}

function notOf(what: string, { field, comparator, value }: Comparison): Fault {
  return new Fault(
    'invalid',
    `${field} ${comparator} compares ${what}, and ${JSON.stringify(value)} is none`,
    {
      field,
      value,
    },
  );
}
