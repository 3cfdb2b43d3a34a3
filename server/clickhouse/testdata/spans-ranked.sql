SELECT trace_id, span_id, parent_span_id, start, duration, service, name, kind, status, status_message, trace_state, flags,
  dropped_attributes, dropped_events, dropped_links, resource_id, scope_id, attr, attr_u, attr_types, events, links
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND bucket >= 170000000 AND bucket <= 170000359
  AND service = 'shop'
  AND (bucket, trace_id) IN ((170000012, unhex('0123456789abcdef0123456789abcdef')))
  AND (trace_id, start, duration) IN ((unhex('0123456789abcdef0123456789abcdef'), fromUnixTimestamp64Nano(toInt64(1700000123000000001), 'UTC'), 5))
  AND ((has(tokens, 'http.method=GET') OR (has(tokens_u, 'http.method=GET') OR has(tokens_event, 'http.method=GET') OR has(tokens_link, 'http.method=GET')) OR resource_id IN (1, 2)) AND ((has(mapKeys(attr), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr), mapValues(attr))) OR (has(mapKeys(attr_u), 'http.status_code') AND arrayExists((k, v) -> k = 'http.status_code' AND ifNull(toFloat64OrNull(v) >= toFloat64(500), 0), mapKeys(attr_u), mapValues(attr_u))) OR resource_id IN (1, 2)) AND NOT toString(status) = 'ok')
LIMIT 1 BY trace_id
