import { Fault } from '../../errors/fault.ts';
import type { Comparator } from '../../store/trace-store.ts';
import { quoteDouble, quoteText } from '../literal.ts';

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
}

export function parseComparison(leaf: {
  readonly comparator: Comparator;
  readonly value?: string;
  readonly field: string;
}): Comparison {
  const denied = DENIED[leaf.comparator];
  const comparator = denied ?? (leaf.comparator as Positive);
  if (leaf.value === undefined && comparator !== 'exists') {
    throw new Fault('invalid', `${leaf.field} ${leaf.comparator} needs a value`, { field: leaf.field });
  }
  return { comparator, denied: denied !== undefined, field: leaf.field, value: leaf.value ?? '' };
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

export function parseNumber({ field, comparator, value }: Comparison): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isNaN(number)) return number;
  throw new Fault(
    'invalid',
    `${field} ${comparator} compares numbers, and ${JSON.stringify(value)} is none`,
    {
      field,
      value,
    },
  );
}
