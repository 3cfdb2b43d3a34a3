SELECT DISTINCT name, level FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'key' AND expires >= today() AND level != 'unique' AND level = 'span' AND startsWith(name, 'http.')
ORDER BY name, level
LIMIT 51
