import type { DataQuery } from '@grafana/schema';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

export const VARIABLE_KINDS = [
  'services',
  'operations',
  'attributeKeys',
  'attributeValues',
  'traceIds',
] as const;
export type VariableKind = (typeof VARIABLE_KINDS)[number];

/** What a dashboard keeps of a variable: part of the documented contract, like the queries. */
export interface VariableQuery extends DataQuery {
  readonly kind: VariableKind;
  /** The same in short: what Grafana shows in a dashboard's list of variables. */
  readonly query?: string;
  /** Of operations and trace ids. */
  readonly service?: string;
  /** Whose values: `key` or `level.key`. */
  readonly attribute?: string;
  readonly prefix?: string;
  /** Of trace ids: the text language. */
  readonly text?: string;
  readonly limit?: number | string;
}

/** A variable kept as text names a kind, and of operations and values whose: `operations(cart)`. */
export function parseVariableQuery(kept: Partial<VariableQuery> | string | undefined): VariableQuery {
  if (typeof kept === 'string') return parseVariableText(kept);
  const kind = VARIABLE_KINDS.find((one) => one === kept?.kind) ?? 'services';
  return { ...kept, refId: kept?.refId ?? 'SpanhouseVariable', kind };
}

function parseVariableText(text: string): VariableQuery {
  const { name, argument } = /^\s*(?<name>\w+)\s*(?:\((?<argument>.*)\))?\s*$/.exec(text)?.groups ?? {};
  const kind = VARIABLE_KINDS.find((one) => one === name) ?? 'services';
  const field = kind === 'attributeValues' ? 'attribute' : 'service';
  return { refId: 'SpanhouseVariable', kind, ...(argument ? { [field]: argument.trim() } : {}) };
}

export function describeVariableQuery(query: VariableQuery): string {
  const argument = query.kind === 'attributeValues' ? query.attribute : query.service;
  return argument ? `${query.kind}(${argument})` : query.kind;
}

/** The search whose traces a variable of trace ids offers. */
export function traceIdSearch(query: VariableQuery): SpanhouseQuery {
  const text = query.text ? { editor: 'text' as const, text: query.text } : {};
  const service = query.service ? { service: query.service } : {};
  return { refId: query.refId, queryType: 'search', ...service, ...text, limit: query.limit ?? 100 };
}
