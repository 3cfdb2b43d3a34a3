ALTER TABLE spans_local ON CLUSTER `main` DROP INDEX IF EXISTS service_bloom;

ALTER TABLE spans_local ON CLUSTER `main` DROP INDEX IF EXISTS name_bloom;

ALTER TABLE spans_local ON CLUSTER `main` ADD INDEX IF NOT EXISTS service_text service TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking');

ALTER TABLE spans_local ON CLUSTER `main` ADD INDEX IF NOT EXISTS name_text name TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking');

ALTER TABLE spans_local ON CLUSTER `main` MATERIALIZE INDEX service_text;

ALTER TABLE spans_local ON CLUSTER `main` MATERIALIZE INDEX name_text;

ALTER TABLE spans_local ON CLUSTER `main` DROP PROJECTION IF EXISTS rates;

ALTER TABLE spans_local ON CLUSTER `main` ADD PROJECTION IF NOT EXISTS rates (SELECT tenant, db, table, if(bitTest(listed, 0), service, ''), intDiv(bucket, 6), if(bitTest(listed, 1), name, ''), kind, count(), countIf(status = 'error'), quantilesDD(0.01, 0.5, 0.95, 0.99)(duration) GROUP BY tenant, db, table, if(bitTest(listed, 0), service, ''), intDiv(bucket, 6), if(bitTest(listed, 1), name, ''), kind) WITH SETTINGS (index_granularity = 256);

ALTER TABLE spans_local ON CLUSTER `main` MATERIALIZE PROJECTION rates;

ALTER TABLE catalog_local ON CLUSTER `main` MODIFY COLUMN level Enum8('none' = 0, 'resource' = 1, 'scope' = 2, 'span' = 3, 'event' = 4, 'link' = 5, 'unique' = 6);

ALTER TABLE catalog ON CLUSTER `main` MODIFY COLUMN level Enum8('none' = 0, 'resource' = 1, 'scope' = 2, 'span' = 3, 'event' = 4, 'link' = 5, 'unique' = 6);

INSERT INTO catalog (tenant, db, table, fact, id, name, level, expires)
SELECT tenant, db, table, 'key', cityHash64('unique', name), name, 'unique', max(expires)
FROM spans ARRAY JOIN mapKeys(attr_u) AS name
WHERE (tenant, db, table, name) GLOBAL IN (
  SELECT tenant, db, table, name FROM catalog WHERE fact = 'key' AND level = 'span'
)
GROUP BY tenant, db, table, name;

ALTER TABLE catalog_local ON CLUSTER `main` MODIFY COLUMN fact Enum8('resource' = 1, 'scope' = 2, 'operation' = 3, 'key' = 4, 'cut' = 5, 'service' = 6, 'event' = 7, 'link' = 8);

ALTER TABLE catalog ON CLUSTER `main` MODIFY COLUMN fact Enum8('resource' = 1, 'scope' = 2, 'operation' = 3, 'key' = 4, 'cut' = 5, 'service' = 6, 'event' = 7, 'link' = 8)
