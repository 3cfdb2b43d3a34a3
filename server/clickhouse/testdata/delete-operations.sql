DELETE FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'operation' AND (service, name, kind) IN (('shop', 'GET \'/\'', 'server'))
SETTINGS lightweight_deletes_sync = 2
