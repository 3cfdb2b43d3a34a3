import type { QueryType } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { queryKind } from './query-kind.ts';

const NEEDED: Partial<Readonly<Record<QueryType, 'query' | 'attribute' | 'sql'>>> = {
  trace: 'query',
  attributeValues: 'attribute',
  sql: 'sql',
};

/** Whether there is anything to ask: a trace without an id, or values of no key, is somebody still typing. */
export function isAsked(query: SpanhouseQuery): boolean {
  const needed = NEEDED[queryKind(query)];
  return needed === undefined || (query[needed] ?? '').trim() !== '';
}
