SELECT parent, child, sum(calls) AS called, sum(errors) AS failed,
  quantilesDDMerge(0.01, 0.5, 0.95)(durations) AS quantiles
FROM (
  SELECT parent, child, calls, errors, durations
  FROM dependencies FINAL
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND minute >= 28333333 AND minute < 28333394 AND minute < 28333390
  UNION ALL
  SELECT parent.service AS caller, child.service AS callee,
    count() * 7, countIf(child.status = 'error') * 7, quantilesDDState(0.01, 0.5, 0.95)(child.duration)
  FROM (
  SELECT bucket, trace_id, span_id, parent_span_id, service, status, duration, expires
  FROM spans
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND cityHash64(trace_id) % 7 = 0 AND bucket >= 170000352 AND bucket < 170000364 AND parent_span_id != toFixedString('', 8)
  LIMIT 1 BY trace_id, span_id, start, duration, kind, name
) AS child
INNER JOIN (
  SELECT DISTINCT trace_id, span_id, service
  FROM spans
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND cityHash64(trace_id) % 7 = 0 AND bucket >= 170000292 AND bucket < 170000370
    AND (trace_id) IN (SELECT trace_id FROM spans WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND cityHash64(trace_id) % 7 = 0 AND bucket >= 170000352 AND bucket < 170000364 AND parent_span_id != toFixedString('', 8))
) AS parent
ON child.trace_id = parent.trace_id AND child.parent_span_id = parent.span_id
WHERE caller != callee
  GROUP BY caller, callee
)
GROUP BY parent, child
ORDER BY parent, child
