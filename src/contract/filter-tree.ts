import type { AttributeRef } from './attribute-ref.ts';
import type { FilterOperator, Level } from './query.ts';

/** What a filter asks of a span: what the text spells, what the builder's rows make, what the server's filter is made of. */
export type FilterTree =
  | { readonly kind: 'and'; readonly of: readonly FilterTree[] }
  | { readonly kind: 'or'; readonly of: readonly FilterTree[] }
  | { readonly kind: 'not'; readonly of: FilterTree }
  | Comparison;

export interface Comparison {
  readonly kind: 'comparison';
  readonly subject: Subject;
  readonly operator: FilterOperator;
  /** One for most operators, any number for `in` and `not in`, none for `exists`. Durations as they are written. */
  readonly values: readonly string[];
}

export type Subject = { readonly field: FieldName } | AttributeRef;

export type Holds = 'text' | 'kind' | 'status' | 'duration' | 'id';

interface FieldFacts {
  /** Under which the server's filter knows it. Of a whole trace, it does not. */
  readonly level: Level | undefined;
  readonly name: string;
  readonly holds: Holds;
  /** Whether every span has it. */
  readonly always: boolean;
}

/** What the text calls a field, and what that is. */
export const FIELDS = {
  service: { level: 'resource', name: 'service', holds: 'text', always: true },
  name: { level: 'span', name: 'name', holds: 'text', always: true },
  kind: { level: 'span', name: 'kind', holds: 'kind', always: true },
  status: { level: 'span', name: 'status', holds: 'status', always: true },
  statusMessage: { level: 'span', name: 'statusMessage', holds: 'text', always: false },
  duration: { level: 'span', name: 'duration', holds: 'duration', always: true },
  traceDuration: { level: undefined, name: 'traceDuration', holds: 'duration', always: true },
  'span:parentID': { level: 'span', name: 'parentSpanID', holds: 'id', always: false },
  'scope:name': { level: 'scope', name: 'name', holds: 'text', always: false },
  'scope:version': { level: 'scope', name: 'version', holds: 'text', always: false },
  'event:name': { level: 'event', name: 'name', holds: 'text', always: false },
  'event:timeSinceStart': { level: 'event', name: 'timeSinceStart', holds: 'duration', always: false },
  'link:traceID': { level: 'link', name: 'traceID', holds: 'id', always: false },
  'link:spanID': { level: 'link', name: 'spanID', holds: 'id', always: false },
} as const satisfies Record<string, FieldFacts>;

export type FieldName = keyof typeof FIELDS;

export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const STATUSES = ['unset', 'ok', 'error'] as const;

/** Words that a field of few values may hold. */
export const WORDS: Readonly<Partial<Record<Holds, readonly string[]>>> = {
  kind: SPAN_KINDS,
  status: STATUSES,
};

export function isFieldName(text: string): text is FieldName {
  return Object.hasOwn(FIELDS, text);
}

/** All of them, without an `and` around one; undefined for none. */
export function allOf(parts: readonly FilterTree[]): FilterTree | undefined {
  return parts.length > 1 ? { kind: 'and', of: parts } : parts[0];
}

export function anyOf(subject: Subject, values: readonly string[]): Comparison {
  return { kind: 'comparison', subject, operator: values.length === 1 ? '=' : 'in', values };
}
