SELECT id, name, version, schema_url, attr, attr_types, dropped_attributes FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'resource' AND id IN (1, 18446744073709551615)
LIMIT 1 BY id
