DELETE FROM catalog_local ON CLUSTER `main`
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('event', 'link') AND intDiv(id, 281474976710656) IN (26152) AND substring(version, 1, 32) = '0123456789abcdef0123456789abcdef'
SETTINGS lightweight_deletes_sync = 2
