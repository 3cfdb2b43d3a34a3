SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags,
  dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND bucket IN (170000000, 170000001) AND trace_id = unhex('0123456789abcdef0123456789abcdef')
ORDER BY bucket, start, span_id, length(events) + length(links) DESC
SETTINGS max_block_size = 8192
