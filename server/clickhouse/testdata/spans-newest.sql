SELECT trace_id, span_id, start, duration, rest
FROM (
(
SELECT trace_id, span_id, start, duration, cityHash64(start, duration, kind, name) AS rest
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND start <= fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC') AND (start, trace_id, span_id, rest) < (fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC'), unhex('ffffffffffffffffffffffffffffffff'), unhex('0123456789abcdef'), toUInt64(7))
  AND has(tokens, 'http.method=GET') AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u))) OR resource_id IN (1, 2)) AND NOT toString(status) = 'ok'
ORDER BY start DESC, trace_id DESC, span_id DESC, rest DESC
LIMIT 108
)
UNION ALL
(
SELECT trace_id, span_id, start, duration, cityHash64(start, duration, kind, name) AS rest
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND start <= fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC') AND (start, trace_id, span_id, rest) < (fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC'), unhex('ffffffffffffffffffffffffffffffff'), unhex('0123456789abcdef'), toUInt64(7))
  AND (has(tokens_u, 'http.method=GET') OR has(tokens_event, 'http.method=GET') OR has(tokens_link, 'http.method=GET')) AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u))) OR resource_id IN (1, 2)) AND NOT toString(status) = 'ok'
ORDER BY start DESC, trace_id DESC, span_id DESC, rest DESC
LIMIT 108
)
UNION ALL
(
SELECT trace_id, span_id, start, duration, cityHash64(start, duration, kind, name) AS rest
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND start <= fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC') AND (start, trace_id, span_id, rest) < (fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC'), unhex('ffffffffffffffffffffffffffffffff'), unhex('0123456789abcdef'), toUInt64(7))
  AND resource_id IN (1, 2) AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u))) OR resource_id IN (1, 2)) AND NOT toString(status) = 'ok'
ORDER BY start DESC, trace_id DESC, span_id DESC, rest DESC
LIMIT 108
)
)
ORDER BY start DESC, trace_id DESC, span_id DESC, rest DESC
LIMIT 108
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
