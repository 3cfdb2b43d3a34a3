SELECT
  intDiv(toUnixTimestamp64Nano(start), 1000000000) AS step,
  count() AS calls,
  countIf(status = 'error') AS errors,
  quantilesDD(0.01, 0.5)(duration) AS durations
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
GROUP BY step
ORDER BY step
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
