DELETE FROM dependencies
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND minute IN (28333333)
SETTINGS lightweight_deletes_sync = 2
