SELECT id, attr['http.method'] AS value FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND has(mapKeys(attr), 'http.method')
  AND startsWith(value, 'G')
LIMIT 1 BY id
LIMIT 100
