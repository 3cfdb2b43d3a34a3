import type { QueryFixAction } from '@grafana/data';
import type { AttributeFilter, FilterOperator } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { parseAttributeRef } from '../contract/attribute-ref.ts';

const OPERATOR: Readonly<Record<string, FilterOperator>> = { ADD_FILTER: '=', ADD_FILTER_OUT: '!=' };

/** *Filter for value* and *filter out value* in Explore: the same attribute is not asked for twice. */
export function modifyQuery(query: SpanhouseQuery, action: QueryFixAction): SpanhouseQuery {
  const operator = OPERATOR[action.type];
  const { key, value } = action.options ?? {};
  if (operator === undefined || key === undefined || value === undefined) return query;
  const added: AttributeFilter = { ...parseAttributeRef(key), operator, values: [value] };
  const others = (query.filters ?? []).filter((filter) => !concerns(filter, added));
  return { ...query, filters: [...others, added] };
}

function concerns(filter: AttributeFilter, added: AttributeFilter): boolean {
  return filter.key === added.key && filter.level === added.level && filter.values[0] === added.values[0];
}
