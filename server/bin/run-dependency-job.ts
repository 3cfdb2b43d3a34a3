import type { DependencyJob } from '../clickhouse/dependency-job.ts';
import { toFault } from '../errors/fault.ts';
import type { Logger } from '../platform/logger.ts';
import type { Shutdown } from '../platform/shutdown.ts';
import type { Call } from '../store/trace-store.ts';
import type { WritePath } from './open-write-path.ts';

const EVERY_MS = 10_000;
const TIMEOUT_MS = 60_000;

export interface DependencyJobRunner {
  readonly job: DependencyJob;
  readonly path: Pick<WritePath, 'log' | 'loader' | 'lateMinutes'>;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

/** Computes dependencies of closed minutes now and then, one run at a time, until the stop. */
export function runDependencyJob({ job, path, logger, shutdown }: DependencyJobRunner): void {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    const call = { deadlineMs: performance.now() + TIMEOUT_MS, signal: stop.signal };
    running = runOnce(job, path, call)
      .catch((thrown: unknown) => {
        const fault = toFault(thrown);
        if (fault.code === 'cancelled') return;
        logger.warn({ err: fault }, 'dependencies could not be computed; they will be later');
      })
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);
  shutdown.onStop('jobs', async () => {
    clearInterval(timer);
    stop.abort();
    await running;
  });
}

/** What is summed up must be in the store, not at rest in the log: a run seals it and waits for it. */
async function runOnce(
  job: DependencyJob,
  { log, loader, lateMinutes }: DependencyJobRunner['path'],
  call: Call,
): Promise<void> {
  const late = [...lateMinutes];
  if (late.length > 0 || job.isDue(Date.now())) await log.seal();
  await loader.settled(log.sealedNumber(), () => Promise.resolve(), call);
  job.noteLoaded(late);
  for (const minute of late) lateMinutes.delete(minute);
  await job.run(Date.now(), call);
}
