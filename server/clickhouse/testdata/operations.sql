SELECT DISTINCT service, name, kind FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'operation' AND expires >= today() AND service = 'shop' AND kind = 'client'
ORDER BY service, name, kind
