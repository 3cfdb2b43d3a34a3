SELECT DISTINCT service, name, kind FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND bucket IN (1, 2) AND trace_id = unhex('0123456789abcdef0123456789abcdef')
