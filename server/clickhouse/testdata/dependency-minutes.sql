INSERT INTO dependencies
SELECT child.tenant, child.db, child.table, intDiv(child.bucket, 6) AS minute,
  parent.service AS caller, child.service AS callee,
  count(), countIf(child.status = 'error'), quantilesDDState(0.01, 0.5, 0.95)(child.duration),
  max(child.expires), 1700000000000
FROM (
  SELECT tenant, db, table, bucket, trace_id, span_id, parent_span_id, service, status, duration, expires
  FROM spans
  WHERE bucket >= 169999998 AND bucket < 170000010 AND parent_span_id != toFixedString('', 8)
  LIMIT 1 BY tenant, db, table, trace_id, span_id, start, duration, kind, name
) AS child
INNER JOIN (
  SELECT DISTINCT tenant, db, table, trace_id, span_id, service
  FROM spans
  WHERE bucket >= 169999938 AND bucket < 170000016
    AND (tenant, db, table, trace_id) IN (SELECT tenant, db, table, trace_id FROM spans WHERE bucket >= 169999998 AND bucket < 170000010 AND parent_span_id != toFixedString('', 8))
) AS parent
ON child.tenant = parent.tenant AND child.db = parent.db AND child.table = parent.table
  AND child.trace_id = parent.trace_id AND child.parent_span_id = parent.span_id
WHERE caller != callee
GROUP BY child.tenant, child.db, child.table, minute, caller, callee
SETTINGS max_threads = 1, join_algorithm = 'grace_hash', max_bytes_before_external_group_by = 100000000
