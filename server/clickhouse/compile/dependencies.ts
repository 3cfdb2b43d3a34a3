import type { Space } from '../../space/space.ts';
import type { Window } from '../../store/trace-store.ts';
import { inMinutes } from './rates.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { inSpace } from './scope.ts';

export function compileDependencies(space: Space, window: Window): string {
  return `SELECT parent, child, sum(calls) AS called, sum(errors) AS failed,
  quantilesDDMerge(0.01, 0.5, 0.95)(durations) AS quantiles
FROM dependencies FINAL
WHERE ${inSpace(space)} AND ${inMinutes(window, 'minute')}
GROUP BY parent, child
ORDER BY parent, child`;
}

/** A parent may have begun that much before its child, and by skewed clocks a little after. */
const PARENT_BEFORE_BUCKETS = 60;
const PARENT_AFTER_BUCKETS = 6;
const BUCKETS_A_MINUTE = 6;

/**
 * Computes the edges of a run of minutes in every space, each in its own. Only parents in the same traces are joined,
 * found by the key, so what is held in memory grows with the minutes' spans and not with the slack.
 */
export function compileDependencyMinutes(fromMinute: number, toMinute: number, version: bigint): string {
  const first = fromMinute * BUCKETS_A_MINUTE;
  const end = toMinute * BUCKETS_A_MINUTE;
  const children = `bucket >= ${quoteInteger(first)} AND bucket < ${quoteInteger(end)} AND parent_span_id != toFixedString('', 8)`;
  const parents = `bucket >= ${quoteInteger(Math.max(first - PARENT_BEFORE_BUCKETS, 0))} AND bucket < ${quoteInteger(end + PARENT_AFTER_BUCKETS)}`;
  return `INSERT INTO dependencies
SELECT child.tenant, child.db, child.table, intDiv(child.bucket, ${BUCKETS_A_MINUTE}) AS minute,
  parent.service AS caller, child.service AS callee,
  count(), countIf(child.status = 'error'), quantilesDDState(0.01, 0.5, 0.95)(child.duration),
  max(child.expires), ${quoteInteger(version)}
FROM (
  SELECT tenant, db, table, bucket, trace_id, span_id, parent_span_id, service, status, duration, expires
  FROM spans
  WHERE ${children}
  LIMIT 1 BY tenant, db, table, trace_id, span_id, start, duration, kind, name
) AS child
INNER JOIN (
  SELECT DISTINCT tenant, db, table, trace_id, span_id, service
  FROM spans
  WHERE ${parents}
    AND (tenant, db, table, trace_id) IN (SELECT tenant, db, table, trace_id FROM spans WHERE ${children})
) AS parent
ON child.tenant = parent.tenant AND child.db = parent.db AND child.table = parent.table
  AND child.trace_id = parent.trace_id AND child.parent_span_id = parent.span_id
WHERE caller != callee
GROUP BY child.tenant, child.db, child.table, minute, caller, callee
SETTINGS max_threads = 1, join_algorithm = 'grace_hash', max_bytes_before_external_group_by = 100000000`;
}

const PROGRESS_NAME = quoteText('dependencies');

/** The first minute that is not computed yet; zero before the first run. */
export function compileProgress(): string {
  return `SELECT argMax(value, version) AS value FROM progress WHERE name = ${PROGRESS_NAME}`;
}

export function compileSaveProgress(nextMinute: number, version: bigint): string {
  return `INSERT INTO progress (name, value, version) VALUES (${PROGRESS_NAME}, ${quoteInteger(nextMinute)}, ${quoteInteger(version)})`;
}
