SELECT fact, version, name, schema_url, attr, attr_types, dropped_attributes
FROM (
  SELECT fact, id, version, name, schema_url, attr, attr_types, dropped_attributes FROM catalog
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact IN ('event', 'link') AND intDiv(id, 281474976710656) IN (26152, 50714)
    AND substring(version, 1, 48) IN ('0123456789abcdef0123456789abcdef0123456789abcdef', 'ffffffffffffffffffffffffffffffff0123456789abcdef')
  LIMIT 1 BY fact, id, version
)
LIMIT 4097 BY fact, substring(version, 1, 48)
