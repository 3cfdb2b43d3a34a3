import { createDependencyJob } from '../clickhouse/dependency-job.ts';
import { createSegmentSink } from '../clickhouse/segment-sink.ts';
import { createTraceStore } from '../clickhouse/trace-store.ts';
import type { Settings } from '../config/setting-table.ts';
import { toFault } from '../errors/fault.ts';
import { acquireDirectoryLock } from '../platform/directory-lock.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createShutdown, type Shutdown } from '../platform/shutdown.ts';
import type { Call, TraceStore } from '../store/trace-store.ts';
import { announce } from './announce.ts';
import { createChecks } from './create-checks.ts';
import { createEdge } from './create-edge.ts';
import { createFreshReads } from './fresh-reads.ts';
import { observeStore } from './observe-store.ts';
import { gaugeEngine, openEngine } from './open-engine.ts';
import { openListeners } from './open-listeners.ts';
import { openWritePath, type WritePath } from './open-write-path.ts';
import { recall, recallSpaces } from './recall.ts';
import { runDependencyJob } from './run-dependency-job.ts';
import { VERSION } from './version.ts';

/** An engine that is away when the program starts may be so for long. */
const LOG_TIMEOUT_MS = 3_600_000;

/** Serves until a signal asks it to stop; resolves with whether it started, and stopped cleanly. */
export async function serve(settings: Settings): Promise<boolean> {
  const logger = createLogger(settings.logLevel);
  const shutdown = createShutdown(logger);
  const asked = untilAskedToStop(logger);
  dieOfBugs(logger);
  logger.info({ version: VERSION, node: process.versions.node, pid: process.pid }, 'starting');
  try {
    await open(settings, logger, shutdown, firedBy(asked));
  } catch (thrown) {
    sayWhyNot(thrown, logger);
    await shutdown.stop(settings.shutdownTimeoutMs);
    return false;
  }
  logger.info({ signal: await asked }, 'stopping');
  const clean = await shutdown.stop(settings.shutdownTimeoutMs);
  logger.info({ clean }, 'stopped');
  return clean;
}

/** In this order; closed in the opposite one. */
async function open(
  settings: Settings,
  logger: Logger,
  shutdown: Shutdown,
  signal: AbortSignal,
): Promise<void> {
  const metrics = createMetrics();
  const lock = await acquireDirectoryLock(settings.dataDir);
  shutdown.onStop('lock of the data directory', () => lock.release());
  const { engine, deployment } = await openEngine(settings, logger, signal);
  shutdown.onStop('engine', () => engine.close());
  metrics.beforeScrape.push(() => gaugeEngine(engine, metrics.engine));

  const path = await openWritePath({ settings, sink: createSegmentSink(engine), metrics, logger, shutdown });
  const job = createDependencyJob({ engine });
  const noteChanged = (minutes: readonly number[]): void => {
    job.noteLoaded(minutes);
  };
  const store = observeStore(
    createTraceStore({
      engine,
      log: path.spanLog,
      deployment,
      queryMaxRows: settings.queryMaxRows,
      limits: { events: settings.maxEvents, links: settings.maxLinks },
      noteChanged,
    }),
    metrics.query,
    createFreshReads(path),
  );
  await recall(engine, store, path, callWithin(settings.queryTimeoutMs));
  recallLogged(store, path, logger);
  runDependencyJob({ job, path, logger, shutdown });

  const edge = createEdge(settings, path.intake, metrics, logger);
  const checks = createChecks(engine, path, shutdown);
  announce(
    await openListeners({ settings, shutdown, metrics, logger, store, edge, checks }),
    engine.kind,
    logger,
  );
}

/** Spaces that stand in the log alone are known when it is loaded; the start does not wait for that. */
function recallLogged(store: TraceStore, { loader, log, knownSpaces }: WritePath, logger: Logger): void {
  const call = callWithin(LOG_TIMEOUT_MS);
  loader
    .settled(log.sealedNumber(), () => recallSpaces(store, knownSpaces, call), call)
    .catch((thrown: unknown) => {
      logger.warn({ err: toFault(thrown) }, 'spaces that stand in the log alone may be unknown');
    });
}

function callWithin(timeoutMs: number): Call {
  return { deadlineMs: performance.now() + timeoutMs };
}

/** The first signal asks; the second one is from somebody who will not wait. */
function untilAskedToStop(logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        logger.warn({ signal }, 'stopped at once');
        process.exit(1);
      }
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

/** For what is given up at once rather than brought to its end. */
function firedBy(asked: Promise<unknown>): AbortSignal {
  const abort = new AbortController();
  void asked.then(() => {
    abort.abort();
  });
  return abort.signal;
}

/** What nobody caught leaves the process in a state nobody knows; everything acknowledged is on the disk. */
function dieOfBugs(logger: Logger): void {
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'stopped by a mistake of ours');
    process.exit(1);
  });
}

/** A refusal is a sentence for the operator; anything else is for whoever repairs it. */
function sayWhyNot(thrown: unknown, logger: Logger): void {
  const { code, message, setting, cause } = toFault(thrown);
  if (code === 'internal') logger.fatal({ err: cause ?? thrown }, 'cannot start');
  else logger.fatal({ code, setting }, `cannot start: ${message}`);
}
