SELECT value, count() AS n
FROM (
  SELECT arrayJoin(found) AS value FROM (
    SELECT arrayConcat(arrayFilter((v, k) -> k = 'http.method', mapValues(attr), mapKeys(attr)), arrayFilter((v, k) -> k = 'http.method', mapValues(attr_u), mapKeys(attr_u)), arrayFlatten(arrayMap(m -> arrayFilter((v, k) -> k = 'http.method', mapValues(m), mapKeys(m)), events.attr)), arrayFlatten(arrayMap(m -> arrayFilter((v, k) -> k = 'http.method', mapValues(m), mapKeys(m)), links.attr))) AS found
    FROM spans
    WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND bucket >= 170000000 AND bucket <= 170000359 AND service = 'shop' AND notEmpty(found)
    ORDER BY bucket DESC
    LIMIT 20000
  )
)
WHERE startsWith(value, 'G')
GROUP BY value
ORDER BY n DESC, value
LIMIT 10
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
