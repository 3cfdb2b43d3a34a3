import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeNative } from '../columns/native-reader.ts';
import type { Settings } from '../config/setting-table.ts';
import { openEmbeddedEngine } from '../clickhouse/engine/embedded.ts';
import { type Deployment, SINGLE } from '../clickhouse/deployment.ts';
import type { Engine } from '../clickhouse/engine/engine.ts';
import { openRemoteEngine } from '../clickhouse/engine/remote.ts';
import { migrate } from '../clickhouse/migrations.ts';
import type { Logger } from '../platform/logger.ts';
import type { EngineMetrics } from '../platform/metrics.ts';
import { withinCall } from '../store/deadline.ts';
import { waitForEngine } from './wait-for-engine.ts';

/** Making the tables on a slow disk, or reading every span once to bring an older store forward. */
const MIGRATE_TIMEOUT_MS = 1_800_000;
const GAUGE_TIMEOUT_MS = 1_000;

/** An engine and where its tables stand. */
export interface OpenedEngine {
  readonly engine: Engine;
  readonly deployment: Deployment;
}

/** The engine that the settings name, with its tables at the version of this program. A server may come later than we. */
export async function openEngine(
  settings: Settings,
  logger: Logger,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  const { clickhouseUrl: url, startTimeoutMs: timeoutMs } = settings;
  if (url === undefined) return openEmbedded(settings);
  const open = (): Promise<OpenedEngine> => openRemote(settings, url, signal);
  const { host } = new URL(url);
  const onWait = (leftMs: number): void => {
    logger.warn({ host, leftMs }, 'waiting for ClickHouse');
  };
  return waitForEngine(host, open, { timeoutMs, signal, onWait });
}

export async function openEmbedded(settings: Settings): Promise<OpenedEngine> {
  const engine = await openEmbeddedEngine({
    dataDir: join(settings.dataDir, 'engine'),
    memoryBytes: settings.memoryLimitBytes,
    readSessions: settings.readSessions,
    threads: availableParallelism(),
  });
  return prepared(engine, SINGLE);
}

/** One attempt. The signal ends the search for the server, not what is done to its tables once it is found. */
export async function openRemote(
  settings: Settings,
  url: string,
  signal?: AbortSignal,
): Promise<OpenedEngine> {
  const { clickhouseCluster: cluster } = settings;
  const deployment: Deployment = cluster === undefined ? SINGLE : { kind: 'cluster', cluster };
  const opening = openRemoteEngine({
    url,
    user: settings.clickhouseUser,
    password: settings.clickhousePassword,
    database: settings.clickhouseDatabase,
    deployment,
    connections: settings.readSessions,
  });
  return prepared(await unlessStopped(opening, signal), deployment);
}

/** An address that answers nothing may take minutes to fail; an engine that nobody waits for any more is closed. */
async function unlessStopped(opening: Promise<Engine>, signal?: AbortSignal): Promise<Engine> {
  if (signal === undefined) return opening;
  try {
    return await withinCall({ deadlineMs: Infinity, signal }, opening);
  } catch (thrown) {
    void opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw thrown;
  }
}

/** Closes the engine again if its tables cannot be brought to this version. */
async function prepared(engine: Engine, deployment: Deployment): Promise<OpenedEngine> {
  try {
    await migrate(engine, { deployment }, { deadlineMs: performance.now() + MIGRATE_TIMEOUT_MS });
    return { engine, deployment };
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
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
