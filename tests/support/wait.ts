import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

export interface Patience {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Resolves with the first answer that is neither undefined nor false. A look that throws counts as "not yet", and is
 * told when patience ends: what is waited for is named in the failure.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 30_000, everyMs = LOOK_EVERY_MS }: Patience = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadlineMs) {
    try {
      last = await look();
      if (last !== undefined && last !== false) return last as T;
    } catch (thrown) {
      last = thrown;
    }
    await sleep(everyMs);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}, in vain; the last look gave ${String(last)}`);
}
