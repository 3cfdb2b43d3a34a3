SELECT id, count() AS n
FROM (
  SELECT scope_id AS id
  FROM spans
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND bucket >= 170000000 AND bucket <= 170000359 AND service = 'shop' AND scope_id IN (1)
  ORDER BY bucket DESC
  LIMIT 20000
)
GROUP BY id
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
