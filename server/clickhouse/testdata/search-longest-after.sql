SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND duration >= 1
  AND duration <= 9
  AND (duration < 5 OR (duration = 5 AND trace_id < unhex('0123456789abcdef0123456789abcdef')))
ORDER BY duration DESC, trace_id DESC, start DESC
LIMIT 320
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
