import type { AskedQuery } from './query-handler.ts';

const NANOS_PER_MS = 1_000_000n;

/** Half open. */
export interface Window {
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
}

/** The host's range; both of its ends are milliseconds that belong to it. */
export function windowOf({ fromMs, toMs }: Pick<AskedQuery, 'fromMs' | 'toMs'>): Window {
  const fromNanos = BigInt(Math.floor(fromMs)) * NANOS_PER_MS;
  return { fromNanos, toNanos: (BigInt(Math.floor(Math.max(toMs, fromMs))) + 1n) * NANOS_PER_MS };
}

/** Milliseconds with what they have beyond the point: exact where a plain division of such large numbers is not. */
export function msOf(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MS) + Number(nanos % NANOS_PER_MS) / Number(NANOS_PER_MS);
}
