import type { AttributeLevel, NestedLevel, ValueType } from '../../store/trace-store.ts';

/*
 * The filter of Jaeger's RFC 0005 as a tree. Each part knows where it stands in the JSON, so that a refusal can name it.
 */

export const OPERATORS = [
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'lt',
  'gte',
  'lte',
  'regex',
  'exists',
  'in',
  'not_in',
  'some',
] as const;

/** What our own API takes beside: a pattern that matches from end to end, and has all of RE2. */
export const OWN_OPERATORS = [...OPERATORS, 'matches'] as const;
export type Operator = (typeof OWN_OPERATORS)[number];

export interface Call {
  readonly term: 'call';
  readonly at: string;
  readonly op: Operator;
  readonly args: readonly Expression[];
}

/** An attribute; without a level, of the span or its resource. */
export interface AttributeReference {
  readonly term: 'attr';
  readonly at: string;
  readonly key: string;
  readonly level: AttributeLevel | undefined;
}

/** What the data model itself defines of a level. */
export interface FieldReference {
  readonly term: 'field';
  readonly at: string;
  readonly name: string;
  readonly level: AttributeLevel;
}

/** A span's events or links. */
export interface NestedReference {
  readonly term: 'nested';
  readonly at: string;
  readonly level: NestedLevel;
}

export interface Scalar {
  readonly term: 'scalar';
  readonly at: string;
  readonly value: string;
  /** Undefined for any. */
  readonly type: ValueType | undefined;
}

export interface List {
  readonly term: 'list';
  readonly at: string;
  readonly values: readonly string[];
  readonly type: ValueType | undefined;
}

export type Reference = AttributeReference | FieldReference;
export type Expression = Call | Reference | NestedReference | Scalar | List;
