SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags,
  dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND bucket IN (170000000) AND trace_id = unhex('0123456789abcdef0123456789abcdef') AND start >= fromUnixTimestamp64Nano(toInt64(1700000000000000001), 'UTC')
ORDER BY bucket, start, span_id, length(events) + length(links) DESC
LIMIT 4001
SETTINGS max_block_size = 8192
