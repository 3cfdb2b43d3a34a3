SELECT DISTINCT service FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'service' AND expires >= today()
ORDER BY service
