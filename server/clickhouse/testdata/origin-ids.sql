SELECT DISTINCT fact, id FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('resource', 'scope') AND (has(mapKeys(attr), 'region') AND arrayExists((k, v) -> k = 'region' AND (NOT ignore(match('', '[x]|eu-.*')) AND match(v, '^(?:eu-.*)$')), mapKeys(attr), mapValues(attr)))
LIMIT 1001
