import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import type { Deployment } from '../deployment.ts';
import { quoteHex, quoteInteger } from '../literal.ts';
import { inSpace, quoteNanos } from './scope.ts';

/** Where a trace lies, and how much of it. */
export interface TraceBucket {
  readonly traceId: TraceId;
  readonly bucket: number;
  readonly spans: number;
}

/** What the reader of spans asks for. */
export const COLUMNS = [
  'trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags',
  'dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links',
].join(',\n  ');

/** Zero bytes: a parent that is none. */
export const NO_PARENT = quoteHex('0000000000000000');

/** Of a span that was stored twice the reader takes the first: an archive may have it from before all of it had come. */
const FULLEST_FIRST = 'length(events) + length(links) DESC';

/** The buckets in which these traces have spans, and how many in each. */
export function compileTraceBuckets(
  space: Space,
  traceIds: readonly TraceId[],
  deployment: Deployment,
): string {
  const { source, count } = traceBuckets(deployment);
  return `SELECT trace_id, bucket, ${count} AS spans
FROM ${source}
WHERE ${inSpace(space)} AND trace_id IN (${quoteIds(traceIds)})
GROUP BY trace_id, bucket
ORDER BY trace_id, bucket`;
}

/**
 * The projection by name takes half the planning of leaving its choice to the engine. The function reads this server's
 * table alone; through a distributed one, the engine of each shard chooses.
 */
function traceBuckets(deployment: Deployment): { readonly source: string; readonly count: string } {
  return deployment.kind === 'single'
    ? {
        source: `mergeTreeProjection(currentDatabase(), 'spans', 'trace_buckets')`,
        count: 'countMerge(`count()`)',
      }
    : { source: 'spans', count: 'count()' };
}

/** The oldest spans of one trace, wherever they lie. */
export function compileTraceStart(
  space: Space,
  traceId: TraceId,
  limit: number,
  deployment: Deployment,
): string {
  return `SELECT ${COLUMNS}
FROM spans
WHERE ${inSpace(space)} AND bucket IN (
    SELECT bucket FROM ${traceBuckets(deployment).source}
    WHERE ${inSpace(space)} AND trace_id = ${quoteHex(traceId)}
  ) AND trace_id = ${quoteHex(traceId)}
ORDER BY bucket, start, span_id, ${FULLEST_FIRST}
LIMIT ${quoteInteger(limit)}
SETTINGS max_block_size = 8192`;
}

/** The spans of one trace that lie in these buckets, oldest first, from a time on. Read in the order of the key: nothing is sorted whole. */
export function compileTraceSpans(
  space: Space,
  traceId: TraceId,
  buckets: readonly number[],
  { fromNanos, limit }: { readonly fromNanos?: bigint | undefined; readonly limit?: number } = {},
): string {
  const from = fromNanos === undefined ? '' : ` AND start >= ${quoteNanos(fromNanos)}`;
  const most = limit === undefined ? '' : `\nLIMIT ${quoteInteger(limit)}`;
  return `SELECT ${COLUMNS}
FROM spans
WHERE ${inSpace(space)} AND bucket IN (${buckets.map(quoteInteger).join(', ')}) AND trace_id = ${quoteHex(traceId)}${from}
ORDER BY bucket, start, span_id, ${FULLEST_FIRST}${most}
SETTINGS max_block_size = 8192`;
}

/** The spans of traces that lie in these buckets, trace by trace, each oldest first. */
export function compileTracesSpans(space: Space, places: readonly TraceBucket[]): string {
  return `SELECT ${COLUMNS}
FROM spans
WHERE ${inSpace(space)} AND (bucket, trace_id) IN (${places.map(quotePlace).join(', ')})
ORDER BY trace_id, bucket, start, span_id, ${FULLEST_FIRST}`;
}

/**
 * One row a trace. Duplicates are left out before anything is counted. Under each id in `ids` stands how many spans have
 * it and how many have it for their parent: orphans are those whose parent's id no span has.
 */
export function compileSummaries(space: Space, traceIds: readonly TraceId[], deployment: Deployment): string {
  return `SELECT trace_id, min(start) AS first, max(toUnixTimestamp64Nano(start) + duration) AS last,
  count() AS spans, countIf(status = 'error') AS errors,
  sumMap([reinterpretAsUInt64(span_id), reinterpretAsUInt64(parent_span_id)], [1, 0], [0, 1]) AS ids,
  arraySum((id, is_span, children) -> if(is_span = 0 AND id != 0, children, 0), ids.1, ids.2, ids.3) AS orphans,
  min(parent_span_id != ${NO_PARENT}) = 0 AS has_root,
  argMin(toString(service), (parent_span_id != ${NO_PARENT}, start, span_id)) AS root_service,
  argMin(toString(name), (parent_span_id != ${NO_PARENT}, start, span_id)) AS root_name,
  sumMap(map(toString(service), toUInt64(1))) AS service_spans,
  sumMap(map(toString(service), toUInt64(status = 'error'))) AS service_errors
FROM (
  SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status
  FROM spans
  WHERE ${inSpace(space)} AND ${atTraces(space, traceIds, deployment)}
  LIMIT 1 BY trace_id, span_id, start, duration, kind, name
)
GROUP BY trace_id`;
}

/** Holds for the spans of these traces, by the key, wherever they lie. */
export function atTraces(space: Space, traceIds: readonly TraceId[], deployment: Deployment): string {
  return `(bucket, trace_id) IN (
    SELECT bucket, trace_id FROM ${traceBuckets(deployment).source}
    WHERE ${inSpace(space)} AND trace_id IN (${quoteIds(traceIds)})
    GROUP BY bucket, trace_id
  )`;
}

export function quoteIds(traceIds: readonly TraceId[]): string {
  return traceIds.map(quoteHex).join(', ');
}

export function quotePlace({ bucket, traceId }: Omit<TraceBucket, 'spans'>): string {
  return `(${quoteInteger(bucket)}, ${quoteHex(traceId)})`;
}
