SELECT DISTINCT fact, level, if(fact IN ('resource', 'scope'), id, 0) AS id FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND ((fact = 'key' AND name = 'region' AND level IN ('span', 'unique')) OR (fact = 'cut' AND name = 'keys'))
ORDER BY fact DESC
LIMIT 1008
