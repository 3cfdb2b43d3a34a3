INSERT INTO catalog (`tenant`, `db`, `table`, `fact`, `id`, `service`, `name`, `version`, `kind`, `level`, `schema_url`, `attr`, `attr_types`, `dropped_attributes`, `expires`)
SETTINGS async_insert = 0, distributed_foreground_insert = 1, max_insert_threads = 1, max_threads = 1, min_insert_block_size_rows = 1000000000, min_insert_block_size_bytes = 0, max_partitions_per_insert_block = 0, insert_deduplicate = 0
SELECT `tenant`, `db`, `table`, `fact`, `id`, `service`, `name`, `version`, `kind`, `level`, `schema_url`, `attr`, `attr_types`, `dropped_attributes`, `expires`
FROM SOURCE
