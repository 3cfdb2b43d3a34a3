import { type KeptQuery, QUERY_TYPES, type QueryType } from './query.ts';

const TRACE_ID = /^[0-9a-fA-F]{1,32}$/;

export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text.trim());
}

/**
 * What a query asks for. Links made by Grafana's core name no type, or another data source's, or that of the search they
 * stand in, and put a trace's id into `query`. A query without either is a search that nobody has filled in; undefined where
 * there is nothing but a type that nobody knows.
 */
export function queryTypeOf(kept: KeptQuery): QueryType | undefined {
  const text = kept.query?.trim() ?? '';
  const named = QUERY_TYPES.find((type) => type === kept.queryType);
  if (named === 'search' && isTraceId(text) && selectsNothing(kept)) return 'trace';
  if (named !== undefined) return named;
  if (text !== '') return 'trace';
  return (kept.queryType ?? '') === '' ? 'search' : undefined;
}

const SELECTING = [
  'service',
  'operation',
  'tags',
  'kind',
  'status',
  'text',
  'minDuration',
  'maxDuration',
  'minTraceDuration',
  'maxTraceDuration',
] as const satisfies readonly (keyof KeptQuery)[];

function selectsNothing(kept: KeptQuery): boolean {
  return SELECTING.every((name) => (kept[name] ?? '') === '') && (kept.filters ?? []).length === 0;
}
