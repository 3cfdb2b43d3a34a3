import { parseAnyOf } from './any-of.ts';
import { type AttributeRef, parseAttributeRef } from './attribute-ref.ts';
import { parseDuration } from './duration.ts';
import { SPAN_KINDS } from './filter-tree.ts';
import {
  type KeptQuery,
  LEVELS,
  type Level,
  METRICS,
  type Metric,
  QUERY_TYPES,
  type QueryType,
  SORTS,
  type Sort,
} from './query.ts';
import type { SpanSelection } from './span-selection.ts';
import { QueryError, inField } from './query-error.ts';
import { isTraceId, queryTypeOf } from './query-type.ts';
import { readKept } from './read-kept.ts';
import { selectSpans } from './select-spans.ts';

/** A query after its defaults, by its type. */
export type PluginQuery =
  | SearchQuery
  | TraceQuery
  | MetricsQuery
  | DependencyGraphQuery
  | ServicesQuery
  | OperationsQuery
  | AttributeKeysQuery
  | AttributeValuesQuery
  | LogsQuery
  | SqlQuery;

export type QueryOfType<Type extends QueryType> = Extract<PluginQuery, { readonly type: Type }>;

export interface SearchQuery {
  readonly type: 'search';
  readonly selection: SpanSelection;
  /** Undefined for the data source's own. */
  readonly limit: number | undefined;
  readonly sort: Sort;
  readonly rows: 'traces' | 'spans';
  readonly columns: readonly AttributeRef[];
}

export interface TraceQuery {
  readonly type: 'trace';
  /** Hex in small letters, as it was given otherwise. */
  readonly traceId: string;
}

export interface MetricsQuery {
  readonly type: 'metrics';
  readonly selection: SpanSelection;
  readonly metric: Metric;
  readonly quantiles: readonly number[];
  readonly by: readonly Dimension[];
  /** Undefined for the panel's. */
  readonly stepNanos: bigint | undefined;
  /** Of series; undefined for the plugin's own. */
  readonly limit: number | undefined;
}

export const DIMENSIONS = ['service', 'operation', 'kind', 'status'] as const;
export type Dimension = (typeof DIMENSIONS)[number] | AttributeRef;

export interface DependencyGraphQuery {
  readonly type: 'dependencyGraph';
  /** Edges from any of them or to any of them; none for all edges. */
  readonly service: readonly string[];
}

export interface ServicesQuery {
  readonly type: 'services';
}

export interface OperationsQuery {
  readonly type: 'operations';
  readonly service: readonly string[];
  readonly kind: string | undefined;
}

export interface AttributeKeysQuery {
  readonly type: 'attributeKeys';
  readonly level: Level | undefined;
  readonly prefix: string;
  readonly limit: number | undefined;
}

export interface AttributeValuesQuery {
  readonly type: 'attributeValues';
  readonly attribute: AttributeRef;
  readonly service: readonly string[];
  readonly prefix: string;
  readonly limit: number | undefined;
}

export interface LogsQuery {
  readonly type: 'logs';
  /** The events of this trace, whatever the selection. */
  readonly traceId: string | undefined;
  /** How many there are over time, instead of the events. */
  readonly volume: boolean;
  readonly selection: SpanSelection;
  readonly limit: number | undefined;
}

export interface SqlQuery {
  readonly type: 'sql';
  readonly sql: string;
}

const DEFAULT_QUANTILES: readonly number[] = [0.5, 0.95, 0.99];

/** Whatever is kept, as a query. Throws QueryError with the field that cannot be read. */
export function parseQuery(kept: unknown): PluginQuery {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) {
    throw new QueryError('the query is no JSON object');
  }
  const read = readKept(kept as Readonly<Record<string, unknown>>);
  return PARSERS[typeOf(read)](read);
}

/** By type, so that one without a parser does not compile. */
const PARSERS: { readonly [Type in QueryType]: (kept: KeptQuery) => QueryOfType<Type> } = {
  search: (kept) => ({
    type: 'search',
    selection: selectSpans(kept),
    limit: parseLimit(kept),
    sort: wordOf('sort', kept.sort, SORTS) ?? 'start',
    rows: kept.rows ?? 'traces',
    columns: (kept.columns ?? []).filter((column) => column !== '').map(parseAttributeRef),
  }),
  trace: (kept) => ({ type: 'trace', traceId: parseTraceId(kept.query) }),
  metrics: (kept) => ({
    type: 'metrics',
    selection: selectSpans(kept),
    metric: wordOf('metric', kept.metric, METRICS) ?? 'rate',
    quantiles: parseQuantiles(kept.quantiles),
    by: (kept.by ?? []).filter((name) => name !== '').map(parseDimension),
    stepNanos: parseStep(kept.step),
    limit: parseLimit(kept),
  }),
  dependencyGraph: (kept) => ({ type: 'dependencyGraph', service: parseAnyOf(kept.service) }),
  services: () => ({ type: 'services' }),
  operations: (kept) => ({
    type: 'operations',
    service: parseAnyOf(kept.service),
    kind: wordOf('kind', kept.kind?.toLowerCase(), SPAN_KINDS),
  }),
  attributeKeys: (kept) => {
    const level = LEVELS.find((name) => kept.prefix?.startsWith(`${name}.`));
    const prefix = kept.prefix ?? '';
    return {
      type: 'attributeKeys',
      level,
      prefix: level === undefined ? prefix : prefix.slice(level.length + 1),
      limit: parseLimit(kept),
    };
  },
  attributeValues: (kept) => ({
    type: 'attributeValues',
    attribute: parseAttributeRef(
      required('attribute', kept.attribute, 'the attribute whose values are asked for'),
    ),
    service: parseAnyOf(kept.service),
    prefix: kept.prefix ?? '',
    limit: parseLimit(kept),
  }),
  logs: (kept) => ({
    type: 'logs',
    traceId: (kept.query?.trim() ?? '') === '' ? undefined : parseTraceId(kept.query),
    volume: kept.volume ?? false,
    selection: selectSpans(kept),
    limit: parseLimit(kept),
  }),
  sql: (kept) => ({ type: 'sql', sql: required('sql', kept.sql, 'the statement') }),
};

/**
 * A query of no type, or of one that is not ours, with an id is a trace: so Grafana's core makes its links, out of whatever
 * query stood there. One of the type search is a trace where it asks for an id and for nothing else.
 */
function typeOf(kept: KeptQuery): QueryType {
  const type = queryTypeOf(kept);
  if (type !== undefined) return type;
  throw new QueryError(
    `"queryType" is ${JSON.stringify(kept.queryType)}; it must be one of ${QUERY_TYPES.join(', ')}`,
    { field: 'queryType' },
  );
}

function parseTraceId(text: string | undefined): string {
  const id = required('query', text, 'the id of the trace').trim();
  if (isTraceId(id)) return id.toLowerCase();
  throw new QueryError(
    `"query" is ${JSON.stringify(id)}, which is no trace id: it must be 1 to 32 hexadecimal digits`,
    { field: 'query' },
  );
}

function parseDimension(text: string): Dimension {
  return DIMENSIONS.find((name) => name === text) ?? parseAttributeRef(text);
}

function parseQuantiles(quantiles: readonly number[] | undefined): readonly number[] {
  if (quantiles === undefined || quantiles.length === 0) return DEFAULT_QUANTILES;
  const wrong = quantiles.find((quantile) => !(quantile >= 0 && quantile <= 1));
  if (wrong === undefined) return [...new Set(quantiles)];
  throw new QueryError(`"quantiles" holds ${wrong}, which is not between 0 and 1`, { field: 'quantiles' });
}

function parseStep(text: string | undefined): bigint | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  const step = inField('step', () => parseDuration(trimmed));
  if (step > 0n) return step;
  throw new QueryError(`"step" is ${JSON.stringify(text)}, and must be longer than nothing`, {
    field: 'step',
  });
}

function parseLimit({ limit }: KeptQuery): number | undefined {
  if (limit === undefined || limit === '') return undefined;
  const number = Number(limit);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new QueryError(`"limit" is ${JSON.stringify(limit)}, and must be a whole number of at least 1`, {
    field: 'limit',
  });
}

function wordOf<Word extends string>(
  field: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined || text === '') return undefined;
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new QueryError(`"${field}" is ${JSON.stringify(text)}; it must be one of ${words.join(', ')}`, {
    field,
  });
}

function required(field: string, text: string | undefined, what: string): string {
  if (text !== undefined && text.trim() !== '') return text;
  throw new QueryError(`"${field}" is empty: it must hold ${what}`, { field });
}
