import { Fault } from '../../../errors/fault.ts';
import type { Condition, SearchQuery, Window } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { compileFilter } from '../../filter/compile-filter.ts';
import { parseFilter } from '../../filter/parse-filter.ts';
import { namingFilter, refuseFilter } from '../refused-filter.ts';
import { searchByTags } from '../search-by-tags.ts';
import { type Moment, nanosOf } from './requests.ts';

/** What the searches of all three interfaces have in common. */
export interface TraceQueryParameters {
  readonly service_name: string;
  readonly operation_name: string;
  readonly start_time_min: Moment | null;
  readonly start_time_max: Moment | null;
  readonly duration_min: Moment | null;
  readonly duration_max: Moment | null;
  readonly search_depth: number;
  readonly filter?: object | null;
  readonly pagination?: { readonly page_size: number; readonly page_token: string } | null;
}

const NANOS_PER_MILLI = 1_000_000n;
const DEFAULT_SEARCH_DEPTH = 100;
/** As over HTTP: whole traces may be returned. */
const MAX_SEARCH_DEPTH = 10_000;

/** What is asked for if the query is there at all. */
export function requireQuery<Query>(query: Query | null): Query {
  if (query === null) throw new Fault('invalid', 'missing query', { field: 'query' });
  return query;
}

/** The newest traces that match; times that are not there leave the window open. */
export interface Search {
  /** All but the condition. */
  readonly matching: SearchQuery;
  /** What is asked instead of tags. */
  readonly filter: Condition | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly tagRegex: boolean;
  /** Whether the one who asks wants to know how to go on. */
  readonly isPaged: boolean;
}

export function parseSearch(
  query: TraceQueryParameters,
  tags: Readonly<Record<string, string>>,
  options: JaegerOptions,
): Search {
  const filter = parseQueryFilter(query, tags);
  const least = nanosOf(query.duration_min) ?? 0n;
  const most = nanosOf(query.duration_max) ?? 0n;
  const matching = {
    window: parseWindow(query, options),
    ...(query.service_name === '' ? {} : { service: query.service_name }),
    ...(query.operation_name === '' ? {} : { operation: query.operation_name }),
    ...(least > 0n ? { minDurationNanos: least } : {}),
    ...(most > 0n ? { maxDurationNanos: most } : {}),
    order: 'newest',
    ...parsePage(query),
  } as const;
  return {
    matching,
    filter,
    tags,
    tagRegex: options.tagRegex,
    isPaged: (query.pagination ?? null) !== null,
  };
}

export function searchAsked<Result>(
  search: Search,
  find: (query: SearchQuery) => Promise<Result>,
): Promise<Result> {
  const { matching, filter, tags } = search;
  const findWith = (condition: Condition | undefined): Promise<Result> =>
    find(condition === undefined ? matching : { ...matching, condition });
  return filter === undefined ? searchByTags(tags, search, findWith) : namingFilter(() => findWith(filter));
}

/** A filter says everything in its own way. Its message is spelled like its JSON. */
function parseQueryFilter(
  query: TraceQueryParameters,
  tags: Readonly<Record<string, string>>,
): Condition | undefined {
  if (query.filter === undefined || query.filter === null) return undefined;
  const given: Readonly<Record<string, boolean>> = {
    service_name: query.service_name !== '',
    operation_name: query.operation_name !== '',
    attributes: Object.keys(tags).length > 0,
    duration_min: (nanosOf(query.duration_min) ?? 0n) !== 0n,
    duration_max: (nanosOf(query.duration_max) ?? 0n) !== 0n,
  };
  const other = Object.keys(given).find((name) => given[name] === true);
  if (other !== undefined) {
    const message = `query.filter cannot be combined with query.${other}: say it in the filter`;
    throw new Fault('invalid', message, { field: `query.${other}` });
  }
  try {
    return compileFilter(parseFilter(JSON.stringify(query.filter)));
  } catch (thrown) {
    throw thrown instanceof Fault ? refuseFilter(thrown.message) : thrown;
  }
}

function parsePage({
  search_depth: depth,
  pagination,
}: TraceQueryParameters): Pick<SearchQuery, 'limit' | 'cursor'> {
  if (pagination === undefined || pagination === null) {
    return { limit: checkLimit('query.search_depth', depth > 0 ? depth : DEFAULT_SEARCH_DEPTH) };
  }
  const limit = checkLimit('query.pagination.page_size', pagination.page_size);
  return { limit, ...(pagination.page_token === '' ? {} : { cursor: pagination.page_token }) };
}

function checkLimit(field: string, limit: number): number {
  if (limit > 0 && limit <= MAX_SEARCH_DEPTH) return limit;
  throw new Fault('invalid', `${field} is ${limit}, but must be 1 to ${MAX_SEARCH_DEPTH}`, { field });
}

/** Both ends belong to it, as in Jaeger's own stores. */
function parseWindow(query: TraceQueryParameters, { nowMs }: JaegerOptions): Window {
  const from = nanosOf(query.start_time_min) ?? 0n;
  const to = nanosOf(query.start_time_max) ?? BigInt(Math.ceil(nowMs())) * NANOS_PER_MILLI;
  return { fromNanos: from < 0n ? 0n : from, toNanos: to + 1n };
}
