SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags,
  dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links, cityHash64(start, duration, kind, name) AS rest
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (bucket, trace_id) IN ((170000012, unhex('0123456789abcdef0123456789abcdef')))
  AND span_id IN (unhex('0123456789abcdef'))
