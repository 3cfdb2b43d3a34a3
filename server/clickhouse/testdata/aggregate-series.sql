WITH
  (
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr['version'] AS value FROM catalog
      WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND has(mapKeys(attr), 'version')
      LIMIT 1 BY id
    )
  ) AS by_0_resource,
  (
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr['region'] AS value FROM catalog
      WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND has(mapKeys(attr), 'region')
      LIMIT 1 BY id
    )
  ) AS by_1_resource
SELECT if((has(mapKeys(attr), 'version') OR has(mapKeys(attr_u), 'version')), if(has(mapKeys(attr), 'version'), attr['version'], attr_u['version']), transform(resource_id, by_0_resource.1, by_0_resource.2, '')) AS by_0,
  transform(resource_id, by_1_resource.1, by_1_resource.2, '') AS by_1,
  cityHash64(tuple(by_0, by_1)) AS series,
  count() AS calls
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
GROUP BY by_0, by_1
ORDER BY calls DESC, by_0, by_1
LIMIT 11
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
