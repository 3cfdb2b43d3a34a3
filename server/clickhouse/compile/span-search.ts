import type { Space } from '../../space/space.ts';
import type { SpanId, TraceId } from '../../span/span.ts';
import type { FoundTrace, SearchQuery } from '../../store/trace-store.ts';
import { quoteHex, quoteInteger } from '../literal.ts';
import { compileCondition } from './condition.ts';
import { type BucketRange, bucketOf, bucketsOf, inSpace, quoteNanos } from './scope.ts';
import { type Matching, compileBest, compileWheres, conditions } from './search.ts';
import { COLUMNS, quotePlace } from './trace.ts';

/** A place in the order of a search for spans: what they are ranked by, then what tells them apart. All descend. */
export interface SpanPosition {
  /** Start or duration, in nanoseconds. */
  readonly rank: bigint;
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  /** Of spans that share their ids. */
  readonly rest: bigint;
}

/** A span that was found, but not yet read. */
export interface FoundSpan {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly rest: bigint;
}

/** The same for a span that was stored twice, and for no other of the same ids. */
const REST = 'cityHash64(start, duration, kind, name) AS rest';
const FOUND = 'trace_id, span_id, start, duration';

const RANKINGS = {
  newest: { column: 'start', quote: quoteNanos },
  longest: { column: 'duration', quote: quoteInteger },
} as const satisfies Record<SearchQuery['order'], unknown>;

/** The best matching spans of these buckets after the position, those that were stored twice one after the other. */
export function compileSpanMatches(
  matching: Matching,
  buckets: BucketRange,
  after: SpanPosition | undefined,
  limit: number,
): string {
  const { order } = matching.query;
  const wheres = compileWheres(matching, buckets, after === undefined ? [] : [isAfter(order, after)]);
  const best = `${RANKINGS[order].column} DESC, trace_id DESC, span_id DESC, rest DESC`;
  return compileBest(`${FOUND}, ${REST}`, wheres, best, limit, `${FOUND}, rest`);
}

/** Matching spans of the newest buckets, in no order within a bucket: as `compileNewestBuckets` has those of traces. */
export function compileNewestSpanBuckets(matching: Matching, buckets: BucketRange, limit: number): string {
  const wheres = compileWheres(matching, buckets, []);
  return compileBest(`${FOUND}, ${REST}, bucket`, wheres, 'bucket DESC', limit, `${FOUND}, rest, bucket`);
}

/** These spans whole, and others that share their ids, in any order. */
export function compileFoundSpans(space: Space, found: readonly FoundSpan[]): string {
  const places = new Set(found.map(placeOf));
  const spanIds = new Set(found.map(({ spanId }) => quoteHex(spanId)));
  return `SELECT ${COLUMNS}, ${REST}
FROM spans
WHERE ${inSpace(space)} AND (bucket, trace_id) IN (${[...places].join(', ')})
  AND span_id IN (${[...spanIds].join(', ')})`;
}

/** Of each of these traces a matching span that begins and lasts like the one by which it was ranked. */
export function compileRankedSpans(matching: Matching, traces: readonly FoundTrace[]): string {
  const { condition, window } = matching.query;
  const where = [
    ...conditions(matching, bucketsOf(window)),
    `(bucket, trace_id) IN (${traces.map(placeOf).join(', ')})`,
    `(trace_id, start, duration) IN (${traces.map(quoteFound).join(', ')})`,
    ...(condition === undefined ? [] : [compileCondition(condition, matching)]),
  ];
  return `SELECT ${COLUMNS}
FROM spans
WHERE ${where.join('\n  AND ')}
LIMIT 1 BY trace_id`;
}

function placeOf({ startNanos, traceId }: FoundTrace): string {
  return quotePlace({ bucket: bucketOf(startNanos), traceId });
}

function quoteFound({ traceId, startNanos, durationNanos }: FoundTrace): string {
  return `(${quoteHex(traceId)}, ${quoteNanos(startNanos)}, ${quoteInteger(durationNanos)})`;
}

/** The first comparison alone can be answered without reading what stands behind the rank. */
function isAfter(order: SearchQuery['order'], { rank, traceId, spanId, rest }: SpanPosition): string {
  const { column, quote } = RANKINGS[order];
  const value = quote(rank);
  const position = `(${value}, ${quoteHex(traceId)}, ${quoteHex(spanId)}, toUInt64(${quoteInteger(rest)}))`;
  return `${column} <= ${value} AND (${column}, trace_id, span_id, rest) < ${position}`;
}
