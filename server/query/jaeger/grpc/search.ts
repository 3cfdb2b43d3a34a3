import { Fault } from '../../../errors/fault.ts';
import type { Condition, SearchQuery, Window } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { compileFilter } from '../second/filter/compile-filter.ts';
import { parseFilter } from '../second/filter/parse-filter.ts';
import { showPattern } from '../second/filter/pattern.ts';
import { hasPattern, tagCondition } from '../tag-condition.ts';
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
  readonly query: SearchQuery;
  /** The same without taking values for regular expressions, where some could be taken for one and may be none. */
  readonly plain: SearchQuery | undefined;
  readonly isFiltered: boolean;
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
  const withTags = (regex: boolean): SearchQuery => {
    const condition = filter ?? tagCondition(tags, { regex });
    return condition === undefined ? matching : { ...matching, condition };
  };
  const mayFail = options.tagRegex && hasPattern(tags);
  return {
    query: withTags(options.tagRegex),
    plain: mayFail ? withTags(false) : undefined,
    isFiltered: filter !== undefined,
    isPaged: (query.pagination ?? null) !== null,
  };
}

/** What the store refuses is a pattern: it alone knows which are. */
export async function searchAsked<Result>(
  { query, plain, isFiltered }: Search,
  find: (query: SearchQuery) => Promise<Result>,
): Promise<Result> {
  try {
    return await find(query);
  } catch (thrown) {
    if (!isBadPattern(thrown)) throw thrown;
    if (plain !== undefined) return find(plain);
    throw isFiltered ? refuseFilter(showPattern(thrown.message)) : thrown;
  }
}

/** A cursor that is none is refused in the same way. */
function isBadPattern(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.code === 'invalid' && thrown.field !== 'cursor';
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

function refuseFilter(why: string): Fault {
  return new Fault('invalid', `malformed parameter query.filter: ${why}`, { field: 'query.filter' });
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
