SELECT trace_id,
  max(toUnixTimestamp64Nano(start) + duration) - toUnixTimestamp64Nano(min(start)) AS took
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (bucket, trace_id) IN (
    SELECT bucket, trace_id FROM mergeTreeProjection(currentDatabase(), 'spans', 'trace_buckets')
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (unhex('0123456789abcdef0123456789abcdef'))
    GROUP BY bucket, trace_id
  )
GROUP BY trace_id
HAVING took >= 1 AND took <= 2
