import { join } from 'node:path';
import type { SpanLog } from '../clickhouse/trace-store.ts';
import { retentionDaysOf } from '../config/retention-rule.ts';
import { isArchive } from '../space/archive.ts';
import type { Settings } from '../config/setting-table.ts';
import { createIntake } from '../ingest/create-intake.ts';
import type { Intake } from '../ingest/intake.ts';
import { SpaceMemories, SpaceMemory } from '../ingest/space-memory.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Shutdown } from '../platform/shutdown.ts';
import type { SegmentSink } from '../store/segment-sink.ts';
import { type Loader, openLoader } from '../wal/loader.ts';
import { type Log, openLog } from '../wal/log.ts';
import type { WalObserver } from '../wal/wal-event.ts';
import { createSpanLog } from './create-span-log.ts';
import { countReceipts } from './observe-intake.ts';
import { observeLog } from './observe-log.ts';

/** From a decoded request to rows: intake, log, loader. */
export interface WritePath {
  readonly intake: Intake;
  readonly log: Log;
  readonly loader: Loader;
  readonly spanLog: SpanLog;
  /** Keys of the spaces that may be written to where spaces are not made by their first span. */
  readonly knownSpaces: Set<string>;
  /** What the process remembers of each space. */
  readonly memories: SpaceMemories;
  /** Minutes since 1970 to be summed up again, because spans came late for them. Whoever does so takes them out. */
  readonly lateMinutes: Set<number>;
}

export interface WritePathOptions {
  readonly settings: Settings;
  readonly sink: SegmentSink;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

/** A large segment takes seconds on a slow disk; past this the engine is taken to hang. */
const LOAD_TIMEOUT_MS = 120_000;
/** A stop loads what little is left, so that the next start has nothing to do; the log keeps the rest. */
const DRAIN_MS = 5_000;

export async function openWritePath(options: WritePathOptions): Promise<WritePath> {
  const { settings, sink, metrics, logger, shutdown } = options;
  const onEvent = observeLog(metrics, logger);
  const log = await openLog(logOptions(settings, onEvent));
  shutdown.onStop('log', () => log.close());
  metrics.beforeScrape.push(() => gaugeLog(log, metrics));

  const loader = openLoader({ log, sink, attemptTimeoutMs: LOAD_TIMEOUT_MS, onEvent });
  const drainMs = Math.min(DRAIN_MS, settings.shutdownTimeoutMs / 2);
  shutdown.onStop('loader', () => loader.close({ drainMs }));

  const memories = createMemories(settings);
  const knownSpaces = new Set<string>();
  const lateMinutes = new Set<number>();
  const opened = createIntake({
    ...intakeOptions(settings, log, memories, knownSpaces),
    noteLate: (minutes) => {
      for (const minute of minutes) lateMinutes.add(minute);
    },
  });
  shutdown.onStop('intake', () => opened.close());
  const intake = countReceipts(opened, metrics.intake);
  const spanLog = createSpanLog({ intake: opened, memories, log, loader });
  return { intake, log, loader, spanLog, memories, knownSpaces, lateMinutes };
}

/**
 * An insert sums up the rates of what it inserts. At worst every span has an operation and a space of its own, and each of
 * these a quantile state: a segment must fit into the engine's memory even then, or it would be tried for ever.
 */
const WORST_BYTES_PER_ROW = 8 << 10;

function rowsInMemory({ memoryLimitBytes, clickhouseUrl }: Settings): number {
  return clickhouseUrl === undefined ? Math.floor(memoryLimitBytes / WORST_BYTES_PER_ROW) : Infinity;
}

export function logOptions(settings: Settings, onEvent: WalObserver): Parameters<typeof openLog>[0] {
  return {
    directory: join(settings.dataDir, 'log'),
    setAsideDirectory: join(settings.dataDir, 'set-aside'),
    maxBytes: settings.logMaxBytes,
    highWaterRatio: settings.logHighWater,
    segmentMaxBytes: settings.segmentMaxBytes,
    segmentMaxRows: Math.min(settings.segmentMaxRows, rowsInMemory(settings)),
    segmentMaxAgeMs: settings.segmentMaxAgeMs,
    segmentRestMs: settings.segmentRestMs,
    onEvent,
  };
}

function intakeOptions(
  settings: Settings,
  log: Log,
  memories: SpaceMemories,
  known: Set<string>,
): Omit<Parameters<typeof createIntake>[0], 'noteLate'> {
  return {
    log,
    memories,
    limits: {
      spanBytes: settings.maxSpanBytes,
      attributes: settings.maxAttributes,
      attributeBytes: settings.maxAttributeBytes,
      events: settings.maxEvents,
      links: settings.maxLinks,
      nesting: settings.maxNesting,
    },
    rules: {
      acceptOld: settings.acceptOldSpans,
      acceptFuture: settings.acceptFutureSpans,
      aheadMs: settings.maxAheadMs,
    },
    commitIntervalMs: settings.commitIntervalMs,
    maxInflightBytes: settings.maxInflightBytes,
    spaces: { known, create: settings.createSpaces, max: settings.maxSpaces },
    nowMs: Date.now,
  };
}

/** What somebody has archived by hand stays, as far as a computer's promises go: ten years. */
const ARCHIVE_DAYS = 3650;

function createMemories(settings: Settings): SpaceMemories {
  const lists = {
    services: settings.maxServices,
    operations: settings.maxOperations,
    attributeKeys: settings.maxAttributeKeys,
  };
  return new SpaceMemories((space) => {
    const retentionDays = isArchive(space)
      ? ARCHIVE_DAYS
      : retentionDaysOf(space, settings.retentionRules, settings.retentionDays);
    return new SpaceMemory(space, retentionDays, lists);
  }, settings.maxSpaces);
}

function gaugeLog(log: Log, metrics: Metrics): Promise<void> {
  const { bytes, segments, oldestAgeMs } = log.stats();
  metrics.log.bytes.set(bytes);
  metrics.log.segments.set(segments);
  metrics.log.oldestSeconds.set(oldestAgeMs / 1000);
  return Promise.resolve();
}
