SELECT DISTINCT fact, level, if(fact IN ('resource', 'scope'), id, 0) AS id FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (fact IN ('resource') AND schema_url = 'https://r')
ORDER BY fact DESC
LIMIT 1008
