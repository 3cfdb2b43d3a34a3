SELECT trace_id, bucket, count() AS spans
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (unhex('0123456789abcdef0123456789abcdef'), unhex('ffffffffffffffffffffffffffffffff'))
GROUP BY trace_id, bucket
ORDER BY trace_id, bucket
