SELECT DISTINCT trace_id
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
  AND ((has(tokens, 'http.method=GET') OR (has(tokens_u, 'http.method=GET') OR has(tokens_event, 'http.method=GET') OR has(tokens_link, 'http.method=GET')) OR resource_id IN (1, 2)) AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u))) OR resource_id IN (1, 2)) AND NOT toString(status) = 'ok')
  AND (bucket, trace_id) IN (
    SELECT bucket, trace_id FROM mergeTreeProjection(currentDatabase(), 'spans', 'trace_buckets')
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (unhex('0123456789abcdef0123456789abcdef'))
    GROUP BY bucket, trace_id
  )
  AND NOT (start < fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC') OR (start = fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC') AND trace_id < unhex('ffffffffffffffffffffffffffffffff')))
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
