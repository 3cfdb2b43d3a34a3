import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeNative } from '../columns/native-reader.ts';
import type { Settings } from '../config/setting-table.ts';
import { openEmbeddedEngine } from '../clickhouse/engine/embedded.ts';
import type { Engine } from '../clickhouse/engine/engine.ts';
import { migrate } from '../clickhouse/migrations.ts';
import { Fault } from '../errors/fault.ts';
import type { EngineMetrics } from '../platform/metrics.ts';

/** Making the tables on a slow disk; a migration that rewrites rows has to bring its own time. */
const MIGRATE_TIMEOUT_MS = 120_000;
const GAUGE_TIMEOUT_MS = 1_000;

/** The engine that the settings name, with its tables at the version of this program. */
export async function openEngine(settings: Settings): Promise<Engine> {
  if (settings.clickhouseUrl !== undefined) {
    throw new Fault('unimplemented', 'this version runs on its embedded engine alone', {
      setting: 'SPANHOUSE_CLICKHOUSE_URL',
    });
  }
  const engine = await openEmbeddedEngine({
    dataDir: join(settings.dataDir, 'engine'),
    memoryBytes: settings.memoryLimitBytes,
    readSessions: settings.readSessions,
    threads: availableParallelism(),
  });
  await migrate(engine, {}, { deadlineMs: performance.now() + MIGRATE_TIMEOUT_MS });
  return engine;
}

/** Asks the engine what it holds; an engine that is away keeps its last figure. */
export async function gaugeEngine(engine: Engine, metrics: EngineMetrics): Promise<void> {
  const sql = `SELECT toFloat64(value) AS bytes FROM system.metrics WHERE metric = 'MemoryTracking'`;
  const call = { deadlineMs: performance.now() + GAUGE_TIMEOUT_MS };
  try {
    const [block] = decodeNative(await engine.read(sql, call));
    if (block !== undefined) metrics.memoryBytes.set(block.column('bytes').number(0));
  } catch {
    // `/readyz` says that the engine is away; a scrape must not fail for it.
  }
}
