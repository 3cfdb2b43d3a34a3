SELECT uniqExact(trace_id) AS traces
FROM (
SELECT trace_id,
  max(toUnixTimestamp64Nano(start) + duration) - toUnixTimestamp64Nano(min(start)) AS took
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND trace_id IN (
SELECT trace_id
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
)
GROUP BY trace_id
HAVING took >= 1 AND took <= 9
)
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
