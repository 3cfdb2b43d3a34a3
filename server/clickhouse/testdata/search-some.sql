SELECT trace_id, start, duration
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000011
  AND (has(tokens_event, 'exception.type=IOError') AND arrayExists((event_attr, event_attr_types, event_name, event_time) -> (event_name = 'exception' AND (has(mapKeys(event_attr), 'exception.type') AND arrayExists((k, v) -> k = 'exception.type' AND v = 'IOError', mapKeys(event_attr), mapValues(event_attr))) AND (has(mapKeys(event_attr), 'retries') AND arrayExists((k, v, t) -> k = 'retries' AND ifNull(toInt64OrNull(v) > 3, 0) AND lower(t) = 'i', mapKeys(event_attr), mapValues(event_attr), splitByString('', event_attr_types))) AND NOT (toUnixTimestamp64Nano(event_time) - toUnixTimestamp64Nano(start)) < 50000 AND NOT name = 'GET /'), events.attr, events.attr_types, events.name, events.time))
ORDER BY start DESC, trace_id DESC
LIMIT 320
SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1
