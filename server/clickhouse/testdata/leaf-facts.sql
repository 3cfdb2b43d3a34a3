SELECT DISTINCT fact, level, if(fact IN ('resource', 'scope'), id, 0) AS id FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND ((fact IN ('resource', 'scope') AND (has(mapKeys(attr), 'region') AND arrayExists((k, v) -> k = 'region' AND (NOT ignore(match('', '[x]|eu-.*')) AND match(v, '^(?:eu-.*)$')), mapKeys(attr), mapValues(attr)))) OR (fact = 'key' AND name = 'region' AND level IN ('span', 'unique', 'event', 'link')) OR (fact = 'cut' AND name = 'keys'))
ORDER BY fact DESC
LIMIT 1008
