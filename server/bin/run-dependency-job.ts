import type { DependencyJob } from '../clickhouse/dependency-job.ts';
import { toFault } from '../errors/fault.ts';
import type { Logger } from '../platform/logger.ts';
import type { Shutdown } from '../platform/shutdown.ts';

const EVERY_MS = 10_000;
const TIMEOUT_MS = 60_000;

/** Computes dependencies of closed minutes now and then, one run at a time, until the stop. */
export function runDependencyJob(job: DependencyJob, logger: Logger, shutdown: Shutdown): void {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = runOnce(job, stop.signal, logger).finally(() => {
      busy = false;
    });
  }, EVERY_MS);
  shutdown.onStop('jobs', async () => {
    clearInterval(timer);
    stop.abort();
    await running;
  });
}

async function runOnce(job: DependencyJob, signal: AbortSignal, logger: Logger): Promise<void> {
  try {
    await job.run(Date.now(), { deadlineMs: performance.now() + TIMEOUT_MS, signal });
  } catch (thrown) {
    const fault = toFault(thrown);
    if (fault.code !== 'cancelled')
      logger.warn({ err: fault }, 'dependencies could not be computed; they will be later');
  }
}
