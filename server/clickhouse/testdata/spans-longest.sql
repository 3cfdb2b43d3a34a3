SELECT trace_id, span_id, start, duration, cityHash64(start, duration, kind, name) AS rest
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
ORDER BY duration DESC, trace_id DESC, span_id DESC, rest DESC
LIMIT 108
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
