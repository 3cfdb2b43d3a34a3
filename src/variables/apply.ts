import type { AdHocVariableFilter } from '@grafana/data';
import { parseAnyOf, printAnyOf } from '../contract/any-of.ts';
import type { AttributeFilter } from '../contract/query.ts';
import { adHocFilters } from '../queries/ad-hoc.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { applyToText } from './apply-text.ts';
import { type Expand, holdsVariable, joined } from './expand.ts';

/**
 * A query with every variable's value in its place, and the dashboard's ad-hoc filters among its own. A variable of
 * several values means any of them.
 */
export function applyVariables(
  query: SpanhouseQuery,
  expand: Expand,
  adHoc: readonly AdHocVariableFilter[] = [],
): SpanhouseQuery {
  const added = adHocFilters(adHoc);
  const filters = [...(query.filters ?? []).map((filter) => applyToFilter(filter, expand)), ...added];
  const limit = typeof query.limit === 'string' ? joined(expand)(query.limit) : query.limit;
  return withoutMissing({
    ...query,
    ...replacedFields(query, joined(expand)),
    limit,
    service: anyOf(query.service, expand),
    operation: anyOf(query.operation, expand),
    filters: filters.length === 0 ? query.filters : filters.filter(isComplete),
    columns: query.columns?.flatMap(expand),
    by: query.by?.flatMap(expand),
    text: query.editor === 'text' ? applyToText(query.text ?? '', expand, added) : query.text,
  });
}

const PLAIN_FIELDS = [
  'query',
  'tags',
  'kind',
  'status',
  'minDuration',
  'maxDuration',
  'minTraceDuration',
  'maxTraceDuration',
  'sort',
  'metric',
  'step',
  'attribute',
  'prefix',
  'sql',
] as const;

function replacedFields(query: SpanhouseQuery, replace: (text: string) => string): Partial<SpanhouseQuery> {
  const stated = PLAIN_FIELDS.filter((field) => query[field] !== undefined);
  return Object.fromEntries(stated.map((field) => [field, replace(query[field]!)]));
}

function anyOf(text: string | undefined, expand: Expand): string | undefined {
  if (text === undefined || !holdsVariable(text)) return text;
  return printAnyOf(parseAnyOf(text).flatMap(expand));
}

/** A row with several values asks for any of them; of negations, for none. */
function applyToFilter(filter: AttributeFilter, expand: Expand): AttributeFilter {
  return { ...filter, key: joined(expand)(filter.key), values: filter.values.flatMap(expand) };
}

/** Whoever adds a row has not yet said what it asks. */
function isComplete({ key, operator, values }: AttributeFilter): boolean {
  return key !== '' && (values.length > 0 || operator === 'exists' || operator === 'not exists');
}

function withoutMissing(query: SpanhouseQuery): SpanhouseQuery {
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as unknown as SpanhouseQuery;
}

/** Whether any field of the query stands for something that only a dashboard knows. */
export function queryHoldsVariable(query: SpanhouseQuery): boolean {
  const texts = [...PLAIN_FIELDS, 'service', 'operation', 'text'] as const;
  const filters = (query.filters ?? []).flatMap(({ key, values }) => [key, ...values]);
  const lists = [...(query.columns ?? []), ...(query.by ?? []), ...filters];
  return [...texts.map((field) => query[field]), ...lists, String(query.limit ?? '')].some(
    (text) => text !== undefined && holdsVariable(text),
  );
}
