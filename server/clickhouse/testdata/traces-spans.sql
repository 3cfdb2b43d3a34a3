SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags,
  dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (bucket, trace_id) IN ((170000000, unhex('0123456789abcdef0123456789abcdef')))
ORDER BY trace_id, bucket, start, span_id, length(events) + length(links) DESC
