import type { SpaceSummary } from '../../store/trace-store.ts';

export interface PresentedSpace {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
  readonly spanCount: number;
  /** RFC 3339 with nanoseconds. */
  readonly firstStart: string;
  readonly lastStart: string;
}

/** A space as `GET /api/v1/spaces` shows it. */
export function presentSpace({
  space,
  spanCount,
  firstStartNanos,
  lastStartNanos,
}: SpaceSummary): PresentedSpace {
  return {
    tenant: space.tenant,
    db: space.db,
    table: space.table,
    spanCount,
    firstStart: presentTime(firstStartNanos),
    lastStart: presentTime(lastStartNanos),
  };
}

const NANOS_PER_SECOND = 1_000_000_000n;

/** A Date ends at milliseconds: it writes the seconds, and the rest is put after them. */
function presentTime(nanos: bigint): string {
  const fraction = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const seconds = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, -'.000Z'.length);
  return `${seconds}.${fraction.toString().padStart(9, '0')}Z`;
}
