import type { AdHocVariableFilter } from '@grafana/data';
import { parseAttributeRef } from '../contract/attribute-ref.ts';
import { type AttributeFilter, type FilterOperator, OPERATORS } from '../contract/query.ts';

/** Grafana's operators for several values at once. */
const OF_SEVERAL: Readonly<Record<string, FilterOperator>> = { '=|': 'in', '!=|': 'not in' };

/** A dashboard's ad-hoc filters as rows of the builder; what nobody has finished filling in is left out. */
export function adHocFilters(filters: readonly AdHocVariableFilter[]): readonly AttributeFilter[] {
  return filters.filter((filter) => filter.key !== '' && isComplete(filter)).map(toAttributeFilter);
}

function isComplete(filter: AdHocVariableFilter): boolean {
  return filter.value !== '' || (filter.values ?? []).length > 0;
}

function toAttributeFilter(filter: AdHocVariableFilter): AttributeFilter {
  const several = OF_SEVERAL[filter.operator];
  const operator = several ?? OPERATORS.find((one) => one === filter.operator) ?? '=';
  return {
    ...parseAttributeRef(filter.key),
    operator,
    values: several === undefined ? [filter.value] : (filter.values ?? [filter.value]),
  };
}
