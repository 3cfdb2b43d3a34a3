DELETE FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2;
DELETE FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2;
DELETE FROM dependencies
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2
