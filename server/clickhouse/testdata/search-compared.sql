SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND ((has(mapKeys(attr), 'size') OR has(mapKeys(attr_u), 'size') OR resource_id IN (1, 2)) AND (has(mapKeys(attr), 'limit') OR has(mapKeys(attr_u), 'limit') OR arrayExists(m -> has(mapKeys(m), 'limit'), events.attr) OR arrayExists(m -> has(mapKeys(m), 'limit'), links.attr) OR resource_id IN (1, 2)) AND arrayExists(x -> arrayExists(y -> ifNull(toInt64OrNull(x) > toInt64OrNull(y), ifNull(toFloat64OrNull(x) > toFloat64OrNull(y), x > y)), arrayConcat(arrayFilter((v, k) -> k = 'limit', mapValues(attr), mapKeys(attr)), arrayFilter((v, k) -> k = 'limit', mapValues(attr_u), mapKeys(attr_u)), arrayFlatten(arrayMap(m -> arrayFilter((v, k) -> k = 'limit', mapValues(m), mapKeys(m)), events.attr)), arrayFlatten(arrayMap(m -> arrayFilter((v, k) -> k = 'limit', mapValues(m), mapKeys(m)), links.attr)), JSONExtract(transform(resource_id, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(toJSONString(arrayFilter((v, k) -> k = 'limit', mapValues(attr), mapKeys(attr)))) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('resource') AND has(mapKeys(attr), 'limit')
    GROUP BY id
  )).1, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(toJSONString(arrayFilter((v, k) -> k = 'limit', mapValues(attr), mapKeys(attr)))) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('resource') AND has(mapKeys(attr), 'limit')
    GROUP BY id
  )).2, ''), 'Array(String)'), JSONExtract(transform(scope_id, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(toJSONString(arrayFilter((v, k) -> k = 'limit', mapValues(attr), mapKeys(attr)))) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('scope') AND has(mapKeys(attr), 'limit')
    GROUP BY id
  )).1, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(toJSONString(arrayFilter((v, k) -> k = 'limit', mapValues(attr), mapKeys(attr)))) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('scope') AND has(mapKeys(attr), 'limit')
    GROUP BY id
  )).2, ''), 'Array(String)'))), arrayConcat(arrayFilter((v, k) -> k = 'size', mapValues(attr), mapKeys(attr)), arrayFilter((v, k) -> k = 'size', mapValues(attr_u), mapKeys(attr_u))))) AND (resource_id IN (1, 2) AND name != '' AND NOT arrayExists(x -> arrayExists(y -> x = y, [toString(name)]), [transform(scope_id, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(name) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('scope') AND name != ''
    GROUP BY id
  )).1, (SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(name) AS fact_value FROM catalog
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('scope') AND name != ''
    GROUP BY id
  )).2, '')])) AND arrayExists((event_attr, event_time) -> (1 AND has(mapKeys(event_attr), 'after') AND arrayExists(x -> arrayExists(y -> ifNull(x >= toInt64OrNull(y), ifNull(toFloat64(x) >= toFloat64OrNull(y), 0)), arrayFilter((v, k) -> k = 'after', mapValues(event_attr), mapKeys(event_attr))), [(toUnixTimestamp64Nano(event_time) - toUnixTimestamp64Nano(start))])), events.attr, events.time)
ORDER BY start DESC, trace_id DESC
LIMIT 320
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
