import type { DataQuery } from '@grafana/schema';
import { QUERY_VERSION } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { isTraceId } from '../contract/query-type.ts';
import { translateTraceQl } from './translate-traceql.ts';

/** Queries of Grafana's own Jaeger and Tempo data sources, as far as they have a meaning here; others are left behind. */
export function importQueries(queries: readonly DataQuery[], originType: string): SpanhouseQuery[] {
  const importer = IMPORTERS[originType];
  return importer === undefined ? [] : queries.flatMap((query) => importer(query as Foreign));
}

interface Foreign extends DataQuery, Readonly<Record<string, unknown>> {}

const IMPORTERS: Readonly<Record<string, (query: Foreign) => SpanhouseQuery[]>> = {
  jaeger: importJaeger,
  tempo: importTempo,
  'spanhouse-traces-datasource': (query) => [query],
};

/** Its fields are ours. What was uploaded from a file exists in its data source only. */
function importJaeger(query: Foreign): SpanhouseQuery[] {
  if (query.queryType === 'upload') return [];
  const { datasource: _theirs, ...kept } = query;
  return [{ ...kept, version: QUERY_VERSION }];
}

function importTempo(query: Foreign): SpanhouseQuery[] {
  const base = { refId: query.refId, version: QUERY_VERSION };
  const text = textOf(query['query']).trim();
  switch (query.queryType) {
    case 'traceId':
      return [{ ...base, queryType: 'trace', query: text }];
    case 'nativeSearch':
      return [{ ...base, queryType: 'search', ...nativeSearch(query) }];
    case 'serviceMap':
      return [{ ...base, queryType: 'dependencyGraph' }];
    case 'traceqlSearch':
      return importTraceQl(base, traceQlOfFilters(query['filters']), query);
    case 'traceql':
    case undefined:
      return isTraceId(text)
        ? [{ ...base, queryType: 'trace', query: text }]
        : importTraceQl(base, text, query);
    default:
      return [];
  }
}

function importTraceQl(
  base: { refId: string; version: number },
  traceQl: string,
  query: Foreign,
): SpanhouseQuery[] {
  const text = translateTraceQl(traceQl);
  if (text === undefined) return [];
  const rows = query['tableType'] === 'spans' ? { rows: 'spans' as const } : {};
  return [{ ...base, queryType: 'search', editor: 'text', text, ...limitOf(query), ...rows }];
}

function nativeSearch(query: Foreign): Partial<SpanhouseQuery> {
  const fields = {
    service: textOf(query['serviceName']),
    operation: textOf(query['spanName']),
    tags: textOf(query['search']),
    minDuration: textOf(query['minDuration']),
    maxDuration: textOf(query['maxDuration']),
  };
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== '')),
    ...limitOf(query),
  };
}

interface TempoFilter {
  readonly tag?: string;
  readonly operator?: string;
  readonly scope?: string;
  readonly value?: string | readonly string[];
  readonly valueType?: string;
}

function traceQlOfFilters(filters: unknown): string {
  const conditions = (Array.isArray(filters) ? (filters as TempoFilter[]) : []).flatMap(conditionOfFilter);
  return `{${conditions.join(' && ')}}`;
}

function conditionOfFilter({ tag, operator = '=', scope, value, valueType }: TempoFilter): string[] {
  const values = (Array.isArray(value) ? (value as string[]) : [value as string | undefined]).filter(
    (one): one is string => one !== undefined && one !== '',
  );
  if (!tag || values.length === 0) return [];
  const isIntrinsic =
    scope === 'intrinsic' || ['name', 'status', 'duration', 'kind', 'traceDuration'].includes(tag);
  const name = isIntrinsic ? tag : `${scope === undefined || scope === 'unscoped' ? '' : scope}.${tag}`;
  const written = values.map((one) =>
    valueType === 'string' || valueType === undefined ? JSON.stringify(one) : one,
  );
  const isBare = ['status', 'duration', 'kind', 'traceDuration'].includes(tag);
  const alternatives = (isBare ? values : written).map((one) => `${name} ${operator} ${one}`);
  return [alternatives.length === 1 ? alternatives[0]! : `(${alternatives.join(' || ')})`];
}

function limitOf(query: Foreign): Partial<SpanhouseQuery> {
  return typeof query['limit'] === 'number' ? { limit: query['limit'] } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
