import type { QueryType } from '../contract/query.ts';
import { queryTypeOf } from '../contract/query-type.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** Which editor a query belongs to: that of a search where nobody knows its type. */
export function queryKind(query: SpanhouseQuery): QueryType {
  return queryTypeOf(query) ?? 'search';
}
