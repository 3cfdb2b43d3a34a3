import { Fault } from '../errors/fault.ts';
import type { Call } from './trace-store.ts';

/** Milliseconds that the call has left; throws when there are none or nobody waits any more. */
export function remainingMs(call: Call): number {
  if (call.signal?.aborted === true) throw cancelled();
  const left = call.deadlineMs - performance.now();
  if (left <= 0) throw tooSlow();
  return left;
}

/**
 * Settles with the work, or rejects as soon as the call's deadline passes or its signal fires. Whoever started the work
 * sees to it that it ends too.
 */
export async function withinCall<T>(call: Call, work: Promise<T>): Promise<T> {
  const guard = createGuard(call);
  // The work may fail after the guard did: that failure was told to nobody and must not end the process.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, guard.broken]);
  } finally {
    guard.release();
  }
}

interface Guard {
  readonly broken: Promise<never>;
  readonly release: () => void;
}

/** setTimeout's limit; a deadline further away is none. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function createGuard(call: Call): Guard {
  let release = (): void => undefined;
  const broken = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      reject(cancelled());
    };
    const onDeadline = (): void => {
      reject(tooSlow());
    };
    const leftMs = Math.max(call.deadlineMs - performance.now(), 0);
    const timer = setTimeout(onDeadline, Math.min(leftMs, MAX_TIMER_MS));
    call.signal?.addEventListener('abort', onAbort, { once: true });
    if (call.signal?.aborted === true) onAbort();
    release = () => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    };
  });
  broken.catch(() => undefined);
  return { broken, release };
}

function cancelled(): Fault {
  return new Fault('cancelled', 'the request was cancelled');
}

function tooSlow(): Fault {
  return new Fault('too-slow', 'the deadline of the request has passed');
}
