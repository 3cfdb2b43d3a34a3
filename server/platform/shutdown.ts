import { within } from './clock.ts';
import type { Logger } from './logger.ts';

/** What was opened, to be closed in the opposite order. */
export interface Shutdown {
  /** Registers how to close what was just opened. */
  readonly onStop: (name: string, stop: () => void | Promise<void>) => void;
  /** Whether a stop has begun. */
  readonly stopping: () => boolean;
  /** Closes everything once, however often it is called; resolves with whether all closed in time and without failing. */
  readonly stop: (timeoutMs: number) => Promise<boolean>;
}

interface Step {
  readonly name: string;
  readonly stop: () => void | Promise<void>;
}

/** A step that comes after one which used up the time still gets this much: the log is flushed after the listeners. */
const LEAST_MS = 2_000;

export function createShutdown(log: Logger): Shutdown {
  const steps: Step[] = [];
  let stopped: Promise<boolean> | undefined;
  return {
    onStop: (name, stop) => {
      steps.unshift({ name, stop });
    },
    stopping: () => stopped !== undefined,
    stop: (timeoutMs) => (stopped ??= runSteps(steps, performance.now() + timeoutMs, log)),
  };
}

async function runSteps(steps: readonly Step[], deadlineMs: number, log: Logger): Promise<boolean> {
  let clean = true;
  for (const step of steps) {
    const left = Math.max(LEAST_MS, deadlineMs - performance.now());
    try {
      await within(left, step.stop);
      log.debug({ step: step.name }, 'stopped');
    } catch (err) {
      clean = false;
      log.error({ err, step: step.name }, 'could not stop cleanly');
    }
  }
  return clean;
}
