SELECT trace_id, min(start) AS first, max(toUnixTimestamp64Nano(start) + duration) AS last,
  count() AS spans, countIf(status = 'error') AS errors,
  sumMap([reinterpretAsUInt64(span_id), reinterpretAsUInt64(parent_span_id)], [1, 0], [0, 1]) AS ids,
  arraySum((id, is_span, children) -> if(is_span = 0 AND id != 0, children, 0), ids.1, ids.2, ids.3) AS orphans,
  min(parent_span_id != unhex('0000000000000000')) = 0 AS has_root,
  argMin(toString(service), (parent_span_id != unhex('0000000000000000'), start, span_id)) AS root_service,
  argMin(toString(name), (parent_span_id != unhex('0000000000000000'), start, span_id)) AS root_name,
  sumMap(map(toString(service), toUInt64(1))) AS service_spans,
  sumMap(map(toString(service), toUInt64(status = 'error'))) AS service_errors
FROM (
  SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status
  FROM spans
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (bucket, trace_id) IN (
    SELECT bucket, trace_id FROM mergeTreeProjection(currentDatabase(), 'spans', 'trace_buckets')
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (unhex('0123456789abcdef0123456789abcdef'), unhex('ffffffffffffffffffffffffffffffff'))
    GROUP BY bucket, trace_id
  )
  LIMIT 1 BY trace_id, span_id, start, duration, kind, name
)
GROUP BY trace_id
