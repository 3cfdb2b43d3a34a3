import { Fault, toFault } from '../errors/fault.ts';
import { pause } from '../wal/backoff.ts';

const RETRY_MS = 1_000;
/** Often enough to be seen by whoever watches a start, seldom enough not to fill a log. */
const SAY_EVERY_MS = 10_000;

/** For how long an engine that is away may be waited for, and who may end that. */
export interface Patience {
  readonly timeoutMs: number;
  /** Fires when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Called with the time that is left: at once, and every ten seconds or so. */
  readonly onWait: (leftMs: number) => void;
}

/** Passed in by tests, which do not wait. */
export interface Clock {
  readonly now: () => number;
  /** Waits, or less when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const CLOCK: Clock = { now: () => performance.now(), pause };

/**
 * What `open` gives, tried again for as long as patience lasts while the engine at `host` is away. Every other refusal
 * is final: waiting mends no password. An attempt that is under way is not cut short when the time is up.
 */
export async function waitForEngine<T>(
  host: string,
  open: () => Promise<T>,
  { timeoutMs, signal, onWait }: Patience,
  clock: Clock = CLOCK,
): Promise<T> {
  const deadlineMs = clock.now() + timeoutMs;
  let sayMs = -Infinity;
  for (;;) {
    try {
      return await open();
    } catch (thrown) {
      const { code } = toFault(thrown);
      if (code === 'cancelled' && signal.aborted) throw askedToStop(host);
      const now = clock.now();
      if (code !== 'unavailable' || now >= deadlineMs) throw thrown;
      if (now >= sayMs) {
        sayMs = now + SAY_EVERY_MS;
        onWait(Math.ceil(deadlineMs - now));
      }
    }
    await clock.pause(Math.min(RETRY_MS, Math.max(deadlineMs - clock.now(), 0)), signal);
    if (signal.aborted) throw askedToStop(host);
  }
}

function askedToStop(host: string): Fault {
  return new Fault('cancelled', `asked to stop before ClickHouse at ${host} could be reached`, {
    value: host,
  });
}
