CREATE TABLE IF NOT EXISTS schema_version (
  version UInt32,
  applied DateTime DEFAULT now()
)
ENGINE = MergeTree()
ORDER BY version;

CREATE TABLE IF NOT EXISTS spans (
  `tenant` LowCardinality(String) CODEC(ZSTD(1)),
  `db` LowCardinality(String) CODEC(ZSTD(1)),
  `table` LowCardinality(String) CODEC(ZSTD(1)),
  `bucket` UInt32 CODEC(ZSTD(1)),
  `trace_id` FixedString(16) CODEC(ZSTD(1)),
  `span_id` FixedString(8) CODEC(ZSTD(1)),
  `parent_span_id` FixedString(8) CODEC(ZSTD(1)),
  `start` DateTime64(9, 'UTC') CODEC(ZSTD(1)),
  `duration` UInt64 CODEC(ZSTD(1)),
  `service` LowCardinality(String) CODEC(ZSTD(1)),
  `name` LowCardinality(String) CODEC(ZSTD(1)),
  `kind` Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5) CODEC(ZSTD(1)),
  `status` Enum8('unset' = 0, 'ok' = 1, 'error' = 2) CODEC(ZSTD(1)),
  `status_message` String CODEC(ZSTD(1)),
  `trace_state` String CODEC(ZSTD(1)),
  `flags` UInt32 CODEC(ZSTD(1)),
  `dropped_attributes` UInt32 CODEC(ZSTD(1)),
  `dropped_events` UInt32 CODEC(ZSTD(1)),
  `dropped_links` UInt32 CODEC(ZSTD(1)),
  `resource_id` UInt64 CODEC(ZSTD(1)),
  `scope_id` UInt64 CODEC(ZSTD(1)),
  `attr` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  `attr_u` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  `attr_types` LowCardinality(String) CODEC(ZSTD(1)),
  `events` Array(Tuple(time DateTime64(9, 'UTC'), name LowCardinality(String), attr Map(LowCardinality(String), String), attr_types LowCardinality(String), dropped_attributes UInt32)) CODEC(ZSTD(3)),
  `links` Array(Tuple(trace_id String, span_id String, trace_state String, attr Map(LowCardinality(String), String), attr_types LowCardinality(String), dropped_attributes UInt32, flags UInt32)) CODEC(ZSTD(3)),
  `expires` Date CODEC(ZSTD(1)),
  `listed` UInt8 CODEC(ZSTD(1)),
  `segment` UInt64 CODEC(ZSTD(1)),
  tokens Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(attr), mapValues(attr)),
  tokens_u Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(attr_u), mapValues(attr_u)),
  tokens_event Array(String) ALIAS arrayFlatten(arrayMap(m -> arrayMap((k, v) -> concat(k, '=', v), mapKeys(m), mapValues(m)), events.attr)),
  tokens_link Array(String) ALIAS arrayFlatten(arrayMap(m -> arrayMap((k, v) -> concat(k, '=', v), mapKeys(m), mapValues(m)), links.attr)),
  INDEX tokens_text arrayMap((k, v) -> concat(k, '=', v), mapKeys(attr), mapValues(attr)) TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking'),
  INDEX tokens_bloom arrayMap((k, v) -> concat(k, '=', v), mapKeys(attr_u), mapValues(attr_u)) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX events_bloom arrayFlatten(arrayMap(m -> arrayMap((k, v) -> concat(k, '=', v), mapKeys(m), mapValues(m)), events.attr)) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX links_bloom arrayFlatten(arrayMap(m -> arrayMap((k, v) -> concat(k, '=', v), mapKeys(m), mapValues(m)), links.attr)) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX keys_bloom mapKeys(attr) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX keys_u_bloom mapKeys(attr_u) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX service_text service TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking'),
  INDEX name_text name TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking'),
  PROJECTION trace_buckets (SELECT tenant, db, table, trace_id, bucket, count() GROUP BY tenant, db, table, trace_id, bucket) WITH SETTINGS (index_granularity = 256),
  PROJECTION rates (SELECT tenant, db, table, if(bitTest(listed, 0), service, ''), intDiv(bucket, 6), if(bitTest(listed, 1), name, ''), kind, count(), countIf(status = 'error'), quantilesDD(0.01, 0.5, 0.95, 0.99)(duration) GROUP BY tenant, db, table, if(bitTest(listed, 0), service, ''), intDiv(bucket, 6), if(bitTest(listed, 1), name, ''), kind) WITH SETTINGS (index_granularity = 256),
  PROJECTION spaces (SELECT tenant, db, table, count(), min(start), max(start) GROUP BY tenant, db, table)
)
ENGINE = MergeTree()
PARTITION BY expires
PRIMARY KEY (tenant, db, table, bucket, trace_id)
ORDER BY (tenant, db, table, bucket, trace_id, start)
TTL expires DELETE
SETTINGS index_granularity = 4096, ttl_only_drop_parts = 1, lightweight_mutation_projection_mode = 'rebuild', merge_selector_base = 10, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS catalog (
  `tenant` LowCardinality(String) CODEC(ZSTD(1)),
  `db` LowCardinality(String) CODEC(ZSTD(1)),
  `table` LowCardinality(String) CODEC(ZSTD(1)),
  `fact` Enum8('resource' = 1, 'scope' = 2, 'operation' = 3, 'key' = 4, 'cut' = 5, 'service' = 6, 'event' = 7, 'link' = 8) CODEC(ZSTD(1)),
  `id` UInt64 CODEC(ZSTD(1)),
  `service` LowCardinality(String) CODEC(ZSTD(1)),
  `name` String CODEC(ZSTD(1)),
  `version` String CODEC(ZSTD(1)),
  `kind` Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5) CODEC(ZSTD(1)),
  `level` Enum8('none' = 0, 'resource' = 1, 'scope' = 2, 'span' = 3, 'event' = 4, 'link' = 5, 'unique' = 6) CODEC(ZSTD(1)),
  `schema_url` String CODEC(ZSTD(1)),
  `attr` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  `attr_types` LowCardinality(String) CODEC(ZSTD(1)),
  `dropped_attributes` UInt32 CODEC(ZSTD(1)),
  `expires` Date CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(expires)
PARTITION BY toYYYYMM(expires)
ORDER BY (tenant, db, table, fact, id)
TTL expires DELETE
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS dependencies (
  tenant LowCardinality(String),
  db LowCardinality(String),
  table LowCardinality(String),
  minute UInt32,
  parent LowCardinality(String),
  child LowCardinality(String),
  calls UInt64,
  errors UInt64,
  durations AggregateFunction(quantilesDD(0.01, 0.5, 0.95), UInt64),
  expires Date,
  version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(expires)
ORDER BY (tenant, db, table, minute, parent, child)
TTL expires DELETE
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS progress (
  name LowCardinality(String),
  value UInt64,
  version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name
