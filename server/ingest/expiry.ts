const DAY_SECONDS = 86_400;

/**
 * The day on which a span may go. Rows are partitioned by it, so it is coarser for longer retention: however many days a
 * request's spans are spread over, and however long they are kept, an insert touches only a few dozen partitions.
 */
export function expiryDay(startSeconds: number, retentionDays: number): number {
  const day = Math.floor(startSeconds / DAY_SECONDS) + retentionDays + 1;
  const step = partitionDays(retentionDays);
  return Math.ceil(day / step) * step;
}

/** Days that share a partition: 1 up to a month, a week up to a year, a quarter beyond. */
export function partitionDays(retentionDays: number): number {
  if (retentionDays <= 32) return 1;
  return retentionDays <= 366 ? 7 : 91;
}

/** Days since 1970, in UTC. */
export function dayOf(nowMs: number): number {
  return Math.floor(nowMs / 1000 / DAY_SECONDS);
}
