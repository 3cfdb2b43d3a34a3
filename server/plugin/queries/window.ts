import type { AskedQuery } from './query-handler.ts';

const NANOS_PER_MS = 1_000_000n;

/** Half open. */
export interface Window {
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
}

/** The last whole millisecond that servers can name in nanoseconds: in the year 2262. */
const MAX_MS = 2 ** 63 / 1_000_000;

/** The host's range; both of its ends are milliseconds that belong to it. What no server has is cut off. */
export function windowOf({ fromMs, toMs }: Pick<AskedQuery, 'fromMs' | 'toMs'>): Window {
  const fromNanos = nanosOf(fromMs);
  return { fromNanos, toNanos: nanosOf(Math.max(toMs, fromMs)) + NANOS_PER_MS };
}

function nanosOf(ms: number): bigint {
  return BigInt(Math.floor(Math.min(Math.max(ms, 0), MAX_MS - 2))) * NANOS_PER_MS;
}

/** Milliseconds with what they have beyond the point: exact where a plain division of such large numbers is not. */
export function msOf(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MS) + Number(nanos % NANOS_PER_MS) / Number(NANOS_PER_MS);
}
