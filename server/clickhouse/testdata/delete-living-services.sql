SELECT DISTINCT service FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'operation' AND service IN ('shop')
