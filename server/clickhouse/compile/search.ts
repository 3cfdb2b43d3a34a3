import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import type { CountQuery, SearchQuery } from '../../store/trace-store.ts';
import type { Deployment } from '../deployment.ts';
import { quoteHex, quoteInteger, quoteText } from '../literal.ts';
import { compileBranches, compileCondition } from './condition.ts';
import type { Context } from './leaf.ts';
import {
  type BucketRange,
  SEARCH_SETTINGS,
  bucketsOf,
  inBuckets,
  inSpace,
  inWindow,
  quoteNanos,
} from './scope.ts';
import { atTraces } from './trace.ts';

/** A place in the order of a search: what spans are ranked by, then their trace id. Both descend. */
export interface Position {
  /** Start or duration, in nanoseconds. */
  readonly rank: bigint;
  readonly traceId: TraceId;
}

interface Ranking {
  readonly column: 'start' | 'duration';
  readonly order: string;
  readonly quote: (rank: bigint) => string;
}

const RANKINGS: Readonly<Record<SearchQuery['order'], Ranking>> = {
  newest: { column: 'start', order: 'start DESC, trace_id DESC', quote: quoteNanos },
  longest: { column: 'duration', order: 'duration DESC, trace_id DESC, start DESC', quote: quoteInteger },
};

/** What is counted, or searched for, asks this of every span. */
export interface Counting extends Context {
  readonly query: CountQuery;
  readonly deployment: Deployment;
}

/** What a search asks of every span. */
export interface Matching extends Counting {
  readonly query: SearchQuery;
}

/** The best matching spans of these buckets after the position. Several may be of one trace. */
export function compileMatches(
  matching: Matching,
  buckets: BucketRange,
  after: Position | undefined,
  limit: number,
): string {
  const ranking = RANKINGS[matching.query.order];
  const position = after === undefined ? [] : [isAfter(ranking, after)];
  const branches = compileWheres(matching, buckets, position);
  return compileBest('trace_id, start, duration', branches, ranking.order, limit);
}

/**
 * Matching spans of the newest buckets, in no order within a bucket. By the bucket alone, because the key is ordered by
 * it: reading stops at the limit, however long the window is. By the start, everything that matches would be read.
 */
export function compileNewestBuckets(matching: Matching, buckets: BucketRange, limit: number): string {
  const wheres = compileWheres(matching, buckets, []);
  return compileBest('trace_id, start, duration, bucket', wheres, 'bucket DESC', limit);
}

/** Which of these traces have a matching span at or before the position: they belong to an earlier page. */
export function compileEarlier(matching: Matching, traceIds: readonly TraceId[], position: Position): string {
  const ranking = RANKINGS[matching.query.order];
  const { space, query, deployment } = matching;
  const where = [
    ...conditions(matching, bucketsOf(query.window)),
    ...(query.condition === undefined ? [] : [compileCondition(query.condition, matching)]),
    atTraces(space, traceIds, deployment),
    `NOT ${isAfter(ranking, position)}`,
  ];
  return `SELECT DISTINCT trace_id
FROM spans
WHERE ${where.join('\n  AND ')}
${SEARCH_SETTINGS}`;
}

/** Which of these traces, taken whole, last as long as the query says. */
export function compileTraceDurations(
  { space, query, deployment }: Matching,
  traceIds: readonly TraceId[],
): string {
  return compileLasting(`${inSpace(space)} AND ${atTraces(space, traceIds, deployment)}`, query);
}

/** How many traces have a matching span; where the query bounds whole traces, every trace of the space is looked at. */
export function compileCount(counting: Counting): string {
  const { space, query } = counting;
  const matching = compileWheres(counting, bucketsOf(query.window), [])
    .map((where) => `SELECT trace_id\nFROM spans\nWHERE ${where}`)
    .join('\nUNION ALL\n');
  const traces = boundsTraces(query)
    ? compileLasting(`${inSpace(space)} AND trace_id IN (\n${matching}\n)`, query)
    : matching;
  return `SELECT uniqExact(trace_id) AS traces\nFROM (\n${traces}\n)\n${SEARCH_SETTINGS}`;
}

/** Whether the query asks for how long whole traces last. */
export function boundsTraces({ minTraceDurationNanos, maxTraceDurationNanos }: CountQuery): boolean {
  return minTraceDurationNanos !== undefined || maxTraceDurationNanos !== undefined;
}

function compileLasting(where: string, query: CountQuery): string {
  const { minTraceDurationNanos: least, maxTraceDurationNanos: most } = query;
  const bounds = [
    ...(least === undefined ? [] : [`took >= ${quoteInteger(least)}`]),
    ...(most === undefined ? [] : [`took <= ${quoteInteger(most)}`]),
  ];
  return `SELECT trace_id,
  max(toUnixTimestamp64Nano(start) + duration) - toUnixTimestamp64Nano(min(start)) AS took
FROM spans
WHERE ${where}
GROUP BY trace_id
HAVING ${bounds.join(' AND ')}`;
}

/** The first rows of all branches together; each brings no more than could be among them. `names` are those of the columns. */
export function compileBest(
  columns: string,
  wheres: readonly string[],
  order: string,
  limit: number,
  names = columns,
): string {
  const best = `ORDER BY ${order}\nLIMIT ${quoteInteger(limit)}`;
  const branches = wheres.map((where) => `SELECT ${columns}\nFROM spans\nWHERE ${where}\n${best}`);
  if (branches.length === 1) return `${branches[0]!}\n${SEARCH_SETTINGS}`;
  const union = branches.map((branch) => `(\n${branch}\n)`).join('\nUNION ALL\n');
  return `SELECT ${names}\nFROM (\n${union}\n)\n${best}\n${SEARCH_SETTINGS}`;
}

/** One WHERE for each branch of the condition. */
export function compileWheres(matching: Counting, buckets: BucketRange, more: readonly string[]): string[] {
  const { condition } = matching.query;
  const common = [...conditions(matching, buckets), ...more];
  const branches = condition === undefined ? [] : compileBranches(condition, matching);
  return branches.length === 0
    ? [common.join('\n  AND ')]
    : branches.map((branch) => [...common, branch].join('\n  AND '));
}

/** What is asked of a span beside a condition. */
export interface Bounds {
  readonly space: Space;
  readonly query: Pick<
    CountQuery,
    'window' | 'service' | 'operation' | 'minDurationNanos' | 'maxDurationNanos'
  >;
}

/** All but the condition. */
export function conditions({ space, query }: Bounds, buckets: BucketRange): string[] {
  const { service, operation, minDurationNanos, maxDurationNanos } = query;
  return [
    inSpace(space),
    inBuckets(buckets),
    ...inWindow(query.window, buckets),
    ...(service === undefined ? [] : [`service = ${quoteText(service)}`]),
    ...(operation === undefined ? [] : [`name = ${quoteText(operation)}`]),
    ...(minDurationNanos === undefined ? [] : [`duration >= ${quoteInteger(minDurationNanos)}`]),
    ...(maxDurationNanos === undefined ? [] : [`duration <= ${quoteInteger(maxDurationNanos)}`]),
  ];
}

function isAfter({ column, quote }: Ranking, { rank, traceId }: Position): string {
  const value = quote(rank);
  return `(${column} < ${value} OR (${column} = ${value} AND trace_id < ${quoteHex(traceId)}))`;
}
