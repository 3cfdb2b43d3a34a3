import { QUERY_TYPES, type QueryType } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

const TRACE_ID = /^[0-9a-fA-F]{1,32}$/;

export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text.trim());
}

/**
 * Which editor a query belongs to. Links made by Grafana's core name no type, or another data source's, and put a trace's
 * id into `query`; a query with neither is a search that nobody has filled in.
 */
export function queryKind(query: SpanhouseQuery): QueryType {
  const named = QUERY_TYPES.find((type) => type === query.queryType);
  if (named === 'search' && isOnlyAnId(query)) return 'trace';
  if (named !== undefined) return named;
  return (query.query ?? '') === '' ? 'search' : 'trace';
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
] as const;

function isOnlyAnId(query: SpanhouseQuery): boolean {
  const selects = SELECTING.some((field) => (query[field] ?? '') !== '') || (query.filters ?? []).length > 0;
  return isTraceId(query.query ?? '') && !selects;
}
