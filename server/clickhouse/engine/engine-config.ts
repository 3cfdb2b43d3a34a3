/** What the embedded engine may take of the machine. */
export interface EngineLimits {
  readonly memoryBytes: number;
  /** For merges and deletes. */
  readonly backgroundThreads: number;
}

/**
 * Shares of the memory limit, as divisors. The engine's own defaults are gibibytes each and half of the machine
 * together; a small store needs a few megabytes of each, a large one reads faster with more.
 */
const CACHE_DIVISORS = {
  mark_cache_size: 16,
  primary_index_cache_size: 16,
  index_mark_cache_size: 32,
  text_index_tokens_cache_size: 32,
  text_index_header_cache_size: 32,
  text_index_postings_cache_size: 16,
  query_condition_cache_size: 64,
} as const;

/** Caches of formats and indexes that are never used here. */
const UNUSED_CACHES = [
  'uncompressed_cache_size',
  'index_uncompressed_cache_size',
  'vector_similarity_index_cache_size',
  'iceberg_metadata_files_cache_size',
  'parquet_metadata_cache_size',
  'unique_key_index_cache_size_bytes',
] as const;

/**
 * The configuration file of the embedded engine. Always written and always named, since without one the engine picks up
 * whatever `config.xml` lies in the working directory. It holds no logs, no metrics, no telemetry and no listener.
 */
export function compileEngineConfig({ memoryBytes, backgroundThreads }: EngineLimits): string {
  const values: Record<string, number> = {
    max_server_memory_usage: memoryBytes,
    merges_mutations_memory_usage_soft_limit: Math.floor(memoryBytes / 2),
    ...shares(memoryBytes),
    ...Object.fromEntries(UNUSED_CACHES.map((name) => [name, 0])),
    compiled_expression_cache_size: 16 * 2 ** 20,
    background_pool_size: backgroundThreads,
    background_common_pool_size: 1,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_schedule_pool_size: 2,
    // Metrics are computed by whoever asks for them; once a second is a percent of a core.
    asynchronous_metrics_update_period_s: 60,
    // By default twenty times a second.
    memory_worker_period_ms: 500,
    global_profiler_real_time_period_ns: 0,
    global_profiler_cpu_time_period_ns: 0,
  };
  const lines = Object.entries(values).map(([name, value]) => `  <${name}>${value}</${name}>`);
  return `<clickhouse>\n  <logger><level>none</level><console>false</console></logger>\n${lines.join('\n')}\n</clickhouse>\n`;
}

function shares(memoryBytes: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(CACHE_DIVISORS).map(([name, divisor]) => [name, Math.floor(memoryBytes / divisor)]),
  );
}
