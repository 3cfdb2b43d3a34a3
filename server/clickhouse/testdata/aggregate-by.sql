WITH
  (
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr['version'] AS value FROM catalog
      WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND has(mapKeys(attr), 'version')
      LIMIT 1 BY id
    )
  ) AS by_1_resource,
  (
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr['region'] AS value FROM catalog
      WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND has(mapKeys(attr), 'region')
      LIMIT 1 BY id
    )
  ) AS by_2_resource,
  (
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr['lib'] AS value FROM catalog
      WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'scope' AND has(mapKeys(attr), 'lib')
      LIMIT 1 BY id
    )
  ) AS by_3_scope
SELECT toString(service) AS by_0,
  if((has(mapKeys(attr), 'version') OR has(mapKeys(attr_u), 'version')), if(has(mapKeys(attr), 'version'), attr['version'], attr_u['version']), transform(resource_id, by_1_resource.1, by_1_resource.2, '')) AS by_1,
  transform(resource_id, by_2_resource.1, by_2_resource.2, '') AS by_2,
  transform(scope_id, by_3_scope.1, by_3_scope.2, '') AS by_3,
  arrayFirst(m -> has(mapKeys(m), 'cause'), events.attr)['cause'] AS by_4,
  arrayFirst(m -> has(mapKeys(m), 'why'), links.attr)['why'] AS by_5,
  toInt64(intDiv(bucket, 3)) AS step,
  count() AS calls,
  countIf(status = 'error') AS errors,
  quantilesDD(0.01, 0.5)(duration) AS durations
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
  AND service = 'shop'
  AND ((has(tokens, 'http.method=GET') OR (has(tokens_u, 'http.method=GET') OR has(tokens_event, 'http.method=GET') OR has(tokens_link, 'http.method=GET'))) AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u)))) AND NOT toString(status) = 'ok')
  AND cityHash64(tuple(by_0, by_1, by_2, by_3, by_4, by_5)) IN (7, 8)
GROUP BY by_0, by_1, by_2, by_3, by_4, by_5, step
ORDER BY by_0, by_1, by_2, by_3, by_4, by_5, step
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
