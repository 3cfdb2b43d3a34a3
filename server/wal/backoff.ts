import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 100;
const MOST_MS = 5_000;

/** How long to wait after so many failures in a row, the first being 1: doubling, up to 5 s, each less up to a half. */
export function backoffMs(failures: number, random: () => number): number {
  const fullMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(fullMs * (1 - random() / 2));
}

/** Waits, or less when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
