SELECT trace_id, start, duration
FROM (
(
SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000001 AND bucket <= 170000010
  AND has(tokens, 'http.method=GET') AND (has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) AND NOT toString(status) = 'ok'
ORDER BY start DESC, trace_id DESC
LIMIT 320
)
UNION ALL
(
SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000001 AND bucket <= 170000010
  AND has(tokens_event, 'http.method=GET') AND (has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) AND NOT toString(status) = 'ok'
ORDER BY start DESC, trace_id DESC
LIMIT 320
)
)
ORDER BY start DESC, trace_id DESC
LIMIT 320
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
