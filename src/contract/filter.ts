import type { Level } from './query.ts';

/** The filter of Jaeger's RFC 0005 in its JSON spelling: what the server's second generation takes as `query.filter`. */
export type FilterOp =
  | 'and'
  | 'or'
  | 'not'
  | 'eq'
  | 'ne'
  | 'gt'
  | 'lt'
  | 'gte'
  | 'lte'
  | 'regex'
  | 'matches'
  | 'exists'
  | 'in'
  | 'not_in'
  | 'some';

export interface FilterCall {
  readonly op: FilterOp;
  readonly args: readonly FilterExpression[];
}

export type FilterExpression =
  | { readonly call: FilterCall }
  | { readonly attr: { readonly key: string; readonly level?: Level } }
  | { readonly field: { readonly name: string; readonly level: Level } }
  | { readonly nested: { readonly level: 'event' | 'link' } }
  | { readonly scalar: { readonly value: string; readonly type?: string } }
  | { readonly list: { readonly values: readonly string[]; readonly type?: string } };
