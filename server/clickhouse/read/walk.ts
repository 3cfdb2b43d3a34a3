import type { SearchQuery } from '../../store/trace-store.ts';
import { type BucketRange, bucketOf, bucketsOf } from '../compile/scope.ts';

/** Two minutes: enough for whatever matches often, and then the search costs the same however long the window is. */
const FIRST_SLICE_BUCKETS = 12;
/** Where rows turn out not to be enough, that many times more are read each time. */
const GROWTH = 8;

/** What a walk looks for: how its rows are asked for, and what becomes of them. */
export interface Sought<
  Row extends { readonly startNanos: bigint },
  Place extends { readonly rank: bigint },
> {
  readonly query: SearchQuery;
  /** Where an earlier page has ended. */
  readonly cursor: Place | undefined;
  /** Rows that are asked for at first: of a slice, and while it is only asked how far back enough of them reach. */
  readonly rowsTaken: number;
  readonly rowsLocated: number;
  /** The best matching rows of these buckets after the place, in the order of the search. */
  best(buckets: BucketRange, after: Place | undefined, rows: number): Promise<Row[]>;
  /** So many matching rows of the newest buckets, in no order within a bucket: all that there are, if there are fewer. */
  newestBuckets(buckets: BucketRange, rows: number): Promise<Row[]>;
  placeOf(row: Row): Place;
  newestFirst(a: Row, b: Row): number;
  /** Takes rows that come in the order of the search; true when there are enough. */
  keep(rows: readonly Row[]): Promise<boolean>;
}

/** Walks back from the newest, or down from the longest, until there is enough. */
export async function walk<
  Row extends { readonly startNanos: bigint },
  Place extends { readonly rank: bigint },
>(sought: Sought<Row, Place>): Promise<void> {
  if (sought.query.order === 'newest') await walkNewest(sought);
  // They may be anywhere in the window.
  else await take(sought, bucketsOf(sought.query.window));
}

/**
 * What matches often is found in a small slice at the end of the window, and what is rare by asking for all of it. In
 * between, the engine is first asked how far back enough of it reaches, in a way that stops early.
 */
async function walkNewest<
  Row extends { readonly startNanos: bigint },
  Place extends { readonly rank: bigint },
>(sought: Sought<Row, Place>): Promise<void> {
  const { first, last } = bucketsOf(sought.query.window);
  const top = sought.cursor === undefined ? last : Math.min(last, bucketOf(sought.cursor.rank));
  const bottom = Math.max(first, top - FIRST_SLICE_BUCKETS + 1);
  if (await take(sought, { first: bottom, last: top })) return;
  let rest = bottom - 1;
  for (let rows = sought.rowsLocated; rest >= first; rows *= GROWTH) {
    const located = await sought.newestBuckets({ first, last: rest }, rows);
    located.sort((a, b) => sought.newestFirst(a, b));
    if (located.length < rows) {
      await sought.keep(located);
      return;
    }
    const oldest = bucketOf(located.at(-1)!.startNanos);
    // Of the oldest bucket there may be more; what is newer is all there.
    const whole = located.filter(({ startNanos }) => bucketOf(startNanos) > oldest);
    if ((await sought.keep(whole)) || (await take(sought, { first: oldest, last: oldest }))) return;
    rest = oldest - 1;
  }
}

/** Takes the rows of these buckets; true when there are enough. */
async function take<Row extends { readonly startNanos: bigint }, Place extends { readonly rank: bigint }>(
  sought: Sought<Row, Place>,
  buckets: BucketRange,
): Promise<boolean> {
  let after = sought.cursor;
  for (let rows = sought.rowsTaken; ; rows *= GROWTH) {
    const found = await sought.best(buckets, after, rows);
    if (await sought.keep(found)) return true;
    if (found.length < rows) return false;
    after = sought.placeOf(found.at(-1)!);
  }
}
