import type { Space } from '../../space/space.ts';
import type { DependencyQuery, Window } from '../../store/trace-store.ts';
import { MINUTE_NANOS, inMinutes, sketchOf } from './rates.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { MINUTE } from '../schema.ts';
import { inSpace } from './scope.ts';

/** Minutes since 1970. */
export interface MinuteRange {
  readonly from: bigint;
  /** Not in it. */
  readonly to: bigint;
}

/** Minutes that are counted from their spans, because the job has not come to them. */
export interface CountedMinutes extends MinuteRange {
  /** Of so many traces one is counted, for all of them. */
  readonly oneIn: number;
}

/**
 * Edges that the job has computed, which are those before the minute `open`, and those of the minutes counted, in one
 * statement.
 */
export function compileDependencies(
  space: Space,
  query: DependencyQuery,
  open: number,
  counted?: CountedMinutes,
): string {
  const sketch =
    query.boundsNanos === undefined ? '' : `,\n  ${sketchOf([0.5, 0.95], 'durations')} AS sketch`;
  const closed = `SELECT parent, child, calls, errors, durations
  FROM dependencies FINAL
  WHERE ${inSpace(space)} AND ${inMinutes(query, 'minute')} AND minute < ${quoteInteger(open)}`;
  const parts = [closed, ...(counted === undefined ? [] : [compileCounted(space, counted)])];
  return `SELECT parent, child, sum(calls) AS called, sum(errors) AS failed,
  quantilesDDMerge(0.01, 0.5, 0.95)(durations) AS quantiles${sketch}
FROM (
  ${parts.join('\n  UNION ALL\n  ')}
)
GROUP BY parent, child
ORDER BY parent, child`;
}

function compileCounted(space: Space, { oneIn, ...minutes }: CountedMinutes): string {
  const share = oneIn === 1 ? [] : [`cityHash64(trace_id) % ${quoteInteger(oneIn)} = 0`];
  const times = oneIn === 1 ? '' : ` * ${quoteInteger(oneIn)}`;
  return `SELECT parent.service AS caller, child.service AS callee,
    count()${times}, ${FAILED}${times}, ${DURATIONS}
  ${compileCalls(minutes, { keys: [], conditions: [inSpace(space), ...share] })}
  GROUP BY caller, callee`;
}

/** Minutes of the window from this one on; undefined where it has none. */
export function minutesFrom(first: number, { fromNanos, toNanos }: Window): MinuteRange | undefined {
  const from = fromNanos / MINUTE_NANOS;
  const end = (toNanos + MINUTE_NANOS - 1n) / MINUTE_NANOS;
  const minutes = {
    from: from > BigInt(first) ? from : BigInt(first),
    to: end < LAST_MINUTE ? end : LAST_MINUTE,
  };
  return minutes.from < minutes.to ? minutes : undefined;
}

/** Answered by the rates' projection. */
export function compileSpanCount(space: Space, { from, to }: MinuteRange): string {
  return `SELECT count() AS value FROM spans
WHERE ${inSpace(space)} AND ${MINUTE} >= ${quoteInteger(from)} AND ${MINUTE} < ${quoteInteger(to)}`;
}

/** A parent may have begun that much before its child, and by skewed clocks a little after. */
const PARENT_BEFORE_BUCKETS = 60n;
const PARENT_AFTER_BUCKETS = 6n;
const BUCKETS_A_MINUTE = 6n;

/** Past it a bucket has no number. */
const LAST_MINUTE = (2n ** 32n - 1n) / BUCKETS_A_MINUTE;

const FAILED = `countIf(child.status = 'error')`;
const DURATIONS = 'quantilesDDState(0.01, 0.5, 0.95)(child.duration)';

/**
 * Computes the edges of a run of minutes in every space, each in its own. Only parents in the same traces are joined,
 * found by the key, so what is held in memory grows with the minutes' spans and not with the slack.
 */
export function compileDependencyMinutes(fromMinute: number, toMinute: number, version: bigint): string {
  return `INSERT INTO dependencies
SELECT child.tenant, child.db, child.table, intDiv(child.bucket, ${BUCKETS_A_MINUTE}) AS minute,
  parent.service AS caller, child.service AS callee,
  count(), ${FAILED}, ${DURATIONS},
  max(child.expires), ${quoteInteger(version)}
${compileCalls({ from: BigInt(fromMinute), to: BigInt(toMinute) }, EVERY_SPACE)}
GROUP BY child.tenant, child.db, child.table, minute, caller, callee
SETTINGS max_threads = 1, join_algorithm = 'grace_hash', max_bytes_before_external_group_by = 100000000`;
}

interface CallScope {
  /** What tells spaces apart: joining by it costs, where there is one space alone. */
  readonly keys: readonly string[];
  readonly conditions: readonly string[];
}

const EVERY_SPACE: CallScope = { keys: ['tenant', 'db', 'table'], conditions: [] };

/** Spans that began in these minutes, each with the span of another service that called it. */
function compileCalls({ from, to }: MinuteRange, { keys, conditions }: CallScope): string {
  const first = from * BUCKETS_A_MINUTE;
  const end = to * BUCKETS_A_MINUTE;
  const firstParent = first > PARENT_BEFORE_BUCKETS ? first - PARENT_BEFORE_BUCKETS : 0n;
  const between = (begin: bigint, past: bigint): string =>
    [...conditions, `bucket >= ${quoteInteger(begin)}`, `bucket < ${quoteInteger(past)}`].join(' AND ');
  const children = `${between(first, end)} AND parent_span_id != toFixedString('', 8)`;
  const trace = [...keys, 'trace_id'].join(', ');
  const joined =
    keys.length === 0 ? '' : `${keys.map((key) => `child.${key} = parent.${key}`).join(' AND ')}\n  AND `;
  return `FROM (
  SELECT ${[...keys, 'bucket'].join(', ')}, trace_id, span_id, parent_span_id, service, status, duration, expires
  FROM spans
  WHERE ${children}
  LIMIT 1 BY ${trace}, span_id, start, duration, kind, name
) AS child
INNER JOIN (
  SELECT DISTINCT ${trace}, span_id, service
  FROM spans
  WHERE ${between(firstParent, end + PARENT_AFTER_BUCKETS)}
    AND (${trace}) IN (SELECT ${trace} FROM spans WHERE ${children})
) AS parent
ON ${joined}child.trace_id = parent.trace_id AND child.parent_span_id = parent.span_id
WHERE caller != callee`;
}

const PROGRESS_NAME = quoteText('dependencies');

/** The first minute that is not computed yet; zero before the first run. */
export function compileProgress(): string {
  return `SELECT argMax(value, version) AS value FROM progress WHERE name = ${PROGRESS_NAME}`;
}

export function compileSaveProgress(nextMinute: number, version: bigint): string {
  return `INSERT INTO progress (name, value, version) VALUES (${PROGRESS_NAME}, ${quoteInteger(nextMinute)}, ${quoteInteger(version)})`;
}
