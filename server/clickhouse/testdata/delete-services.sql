DELETE FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'service' AND service IN ('shop')
SETTINGS lightweight_deletes_sync = 2
