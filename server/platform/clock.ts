import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../errors/fault.ts';

/** The outcome of the work, or Fault `too-slow` when it takes longer. What is late is no longer waited for, not stopped. */
export async function within<T>(timeoutMs: number, work: () => T | Promise<T>): Promise<T> {
  const finished = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(timeoutMs, undefined, { signal: finished.signal });
    throw new Fault('too-slow', `no answer within ${Math.round(timeoutMs)} ms`);
  };
  try {
    return await Promise.race([work(), late()]);
  } finally {
    finished.abort();
  }
}
