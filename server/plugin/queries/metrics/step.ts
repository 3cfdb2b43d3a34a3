import type { AskedQuery } from '../query-handler.ts';
import type { Window } from '../window.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** Steps that divide the hour or the day, so that points stand where people look for them. */
const NICE: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 15n, 20n, 30n].map((count) => count * SECOND),
  ...[1n, 2n, 5n, 10n, 15n, 20n, 30n].map((count) => count * MINUTE),
  ...[1n, 2n, 3n, 6n, 12n].map((count) => count * HOUR),
];

/** The server gives 11000 points a series at most; the first and the last step may lie half outside of the range. */
const MAX_POINTS = 10_998n;

/** The query's own step, or the panel's interval rounded up to a nice one; longer where the range has too many of it. */
export function stepOf(
  stepNanos: bigint | undefined,
  { intervalMs }: Pick<AskedQuery, 'intervalMs'>,
  { fromNanos, toNanos }: Window,
): bigint {
  const least = (toNanos - fromNanos + MAX_POINTS - 1n) / MAX_POINTS;
  if (stepNanos !== undefined && stepNanos >= least) return stepNanos;
  const wanted = stepNanos ?? BigInt(Math.ceil(intervalMs)) * 1_000_000n;
  return niceStep(wanted > least ? wanted : least);
}

function niceStep(nanos: bigint): bigint {
  return NICE.find((step) => step >= nanos) ?? ((nanos + DAY - 1n) / DAY) * DAY;
}

/** What was asked for and not used. */
export function refusedStep(asked: bigint | undefined, used: bigint): bigint | undefined {
  return asked === used ? undefined : asked;
}
