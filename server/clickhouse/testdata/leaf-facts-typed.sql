SELECT DISTINCT fact, level, if(fact IN ('resource', 'scope'), id, 0) AS id FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND (fact IN ('resource') AND (has(mapKeys(attr), 'region') AND arrayExists((k, v, t) -> k = 'region' AND (NOT ignore(match('', '[x]|eu-.*')) AND match(v, '^(?:eu-.*)$')) AND lower(t) = 's', mapKeys(attr), mapValues(attr), splitByString('', attr_types))))
ORDER BY fact DESC
LIMIT 1008
