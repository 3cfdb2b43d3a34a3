SELECT trace_id, bucket, countMerge(`count()`) AS spans
FROM mergeTreeProjection(currentDatabase(), 'spans', 'trace_buckets')
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (unhex('0123456789abcdef0123456789abcdef'), unhex('ffffffffffffffffffffffffffffffff'))
GROUP BY trace_id, bucket
ORDER BY trace_id, bucket
