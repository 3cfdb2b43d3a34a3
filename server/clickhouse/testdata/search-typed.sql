SELECT trace_id, start, duration
FROM (
(
SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND (has(tokens, 'http.status_code=500') AND arrayExists((k, v, t) -> k = 'http.status_code' AND v = '500' AND lower(t) = 'i', mapKeys(attr), mapValues(attr), arrayFilter(t -> t >= 'a', splitByString('', attr_types)))) AND ((has(mapKeys(attr), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr), mapValues(attr), arrayFilter(t -> t >= 'a', splitByString('', attr_types)))) OR (has(mapKeys(attr_u), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr_u), mapValues(attr_u), arrayFilter(t -> t < 'a', splitByString('', attr_types)))) OR resource_id IN (1, 2)) AND start >= fromUnixTimestamp64Nano(toInt64(1700000000000000000), 'UTC') AND (toUnixTimestamp64Nano(start) + duration) < 1700000001000000000 AND trace_id = unhex('0123456789abcdef0123456789abcdef') AND arrayExists(n -> n = unhex('ffffffffffffffffffffffffffffffff'), links.trace_id) AND resource_id IN (1, 2)
ORDER BY start DESC, trace_id DESC
LIMIT 320
)
UNION ALL
(
SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND ((has(tokens_u, 'http.status_code=500') AND arrayExists((k, v, t) -> k = 'http.status_code' AND v = '500' AND lower(t) = 'i', mapKeys(attr_u), mapValues(attr_u), arrayFilter(t -> t < 'a', splitByString('', attr_types)))) OR (has(tokens_event, 'http.status_code=500') AND arrayExists((m, p) -> arrayExists((k, v, t) -> k = 'http.status_code' AND v = '500' AND lower(t) = 'i', mapKeys(m), mapValues(m), splitByString('', p)), events.attr, events.attr_types)) OR (has(tokens_link, 'http.status_code=500') AND arrayExists((m, p) -> arrayExists((k, v, t) -> k = 'http.status_code' AND v = '500' AND lower(t) = 'i', mapKeys(m), mapValues(m), splitByString('', p)), links.attr, links.attr_types))) AND ((has(mapKeys(attr), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr), mapValues(attr), arrayFilter(t -> t >= 'a', splitByString('', attr_types)))) OR (has(mapKeys(attr_u), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr_u), mapValues(attr_u), arrayFilter(t -> t < 'a', splitByString('', attr_types)))) OR resource_id IN (1, 2)) AND start >= fromUnixTimestamp64Nano(toInt64(1700000000000000000), 'UTC') AND (toUnixTimestamp64Nano(start) + duration) < 1700000001000000000 AND trace_id = unhex('0123456789abcdef0123456789abcdef') AND arrayExists(n -> n = unhex('ffffffffffffffffffffffffffffffff'), links.trace_id) AND resource_id IN (1, 2)
ORDER BY start DESC, trace_id DESC
LIMIT 320
)
UNION ALL
(
SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND resource_id IN (1, 2) AND ((has(mapKeys(attr), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr), mapValues(attr), arrayFilter(t -> t >= 'a', splitByString('', attr_types)))) OR (has(mapKeys(attr_u), 'zone') AND arrayExists((k, v, t) -> k = 'zone' AND v < 'm' AND lower(t) = 's', mapKeys(attr_u), mapValues(attr_u), arrayFilter(t -> t < 'a', splitByString('', attr_types)))) OR resource_id IN (1, 2)) AND start >= fromUnixTimestamp64Nano(toInt64(1700000000000000000), 'UTC') AND (toUnixTimestamp64Nano(start) + duration) < 1700000001000000000 AND trace_id = unhex('0123456789abcdef0123456789abcdef') AND arrayExists(n -> n = unhex('ffffffffffffffffffffffffffffffff'), links.trace_id) AND resource_id IN (1, 2)
ORDER BY start DESC, trace_id DESC
LIMIT 320
)
)
ORDER BY start DESC, trace_id DESC
LIMIT 320
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
