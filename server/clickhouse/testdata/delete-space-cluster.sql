DELETE FROM spans_local ON CLUSTER `main`
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2;
DELETE FROM catalog_local ON CLUSTER `main`
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2;
DELETE FROM dependencies_local ON CLUSTER `main`
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
SETTINGS lightweight_deletes_sync = 2
