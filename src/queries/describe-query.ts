import { type AttributeFilter, type Metric, METRICS, type QueryType } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { queryKind } from './query-kind.ts';

const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  rate: 'Spans a second',
  count: 'Number of spans',
  errors: 'Failed spans',
  errorRate: 'Error rate',
  duration: 'Durations',
};

/** One line for the query history: what is asked, of whom, under which conditions. */
export function describeQuery(query: SpanhouseQuery): string {
  return DESCRIBED[queryKind(query)](query);
}

const DESCRIBED: Readonly<Record<QueryType, (query: SpanhouseQuery) => string>> = {
  search: (query) => sentence(query.rows === 'spans' ? 'Spans' : 'Traces', selection(query)),
  trace: (query) => `Trace ${query.query ?? ''}`.trim(),
  metrics: (query) => sentence(metricName(query), [...selection(query), ...grouping(query)]),
  dependencyGraph: (query) => sentence('Dependencies', selection(query)),
  services: () => 'Services',
  operations: (query) => sentence('Operations', selection(query)),
  attributeKeys: (query) => sentence('Attribute keys', starting(query)),
  attributeValues: (query) => sentence(`Values of ${query.attribute ?? 'an attribute'}`, starting(query)),
  logs: (query) => (query.query ? `Events of trace ${query.query}` : sentence('Events', selection(query))),
  sql: (query) => (query.sql ?? 'SQL').replaceAll(/\s+/g, ' ').trim(),
};

function metricName(query: SpanhouseQuery): string {
  return METRIC_NAMES[METRICS.find((metric) => metric === query.metric) ?? 'rate'];
}

function sentence(subject: string, parts: readonly string[]): string {
  return parts.length === 0 ? subject : `${subject}: ${parts.join(', ')}`;
}

function selection(query: SpanhouseQuery): string[] {
  if (query.editor === 'text') return query.text ? [query.text] : [];
  return [
    ...named('service', query.service),
    ...named('operation', query.operation),
    ...named('kind', query.kind),
    ...named('status', query.status),
    ...(query.tags ? [query.tags] : []),
    ...(query.filters ?? []).filter((filter) => filter.key !== '').map(describeFilter),
    ...range('duration', query.minDuration, query.maxDuration),
    ...range('trace', query.minTraceDuration, query.maxTraceDuration),
  ];
}

function grouping(query: SpanhouseQuery): string[] {
  return (query.by ?? []).length === 0 ? [] : [`by ${query.by!.join(' and ')}`];
}

function starting(query: SpanhouseQuery): string[] {
  return query.prefix ? [`starting with ${query.prefix}`] : [];
}

function named(field: string, value: string | undefined): string[] {
  return value ? [`${field} ${value}`] : [];
}

function range(field: string, min: string | undefined, max: string | undefined): string[] {
  return [...(min ? [`${field} ≥ ${min}`] : []), ...(max ? [`${field} ≤ ${max}`] : [])];
}

export function describeFilter(filter: AttributeFilter): string {
  const name = filter.level === undefined ? filter.key : `${filter.level}.${filter.key}`;
  if (filter.operator === 'exists' || filter.operator === 'not exists') return `${name} ${filter.operator}`;
  const isList = filter.operator === 'in' || filter.operator === 'not in';
  return `${name} ${filter.operator} ${isList ? `(${filter.values.join(', ')})` : filter.values.join(', ')}`;
}
