import type { Space } from '../../space/space.ts';
import type { Window } from '../../store/trace-store.ts';
import { quoteInteger, quoteText } from '../literal.ts';

/** The three equalities that every statement about a space carries: the leading part of every key. */
export function inSpace(space: Space): string {
  return `tenant = ${quoteText(space.tenant)} AND db = ${quoteText(space.db)} AND table = ${quoteText(space.table)}`;
}

/**
 * Ends every search. The first two are on by default and put their own filter before the text index, which makes
 * searches forty times slower; the third keeps postings of tokens that are asked for again; with the fourth, parts that are
 * read in the order of the key are merged as they are read, and half as many rows are read before a limit is reached.
 */
export const SEARCH_SETTINGS =
  'SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, read_in_order_two_level_merge_threshold = 1';

export const BUCKET_NANOS = 10_000_000_000n;
const MAX_BUCKET = 2n ** 32n - 1n;
const MAX_NANOS = 2n ** 63n - 1n;

/** Buckets from the first to the last, both in it. */
export interface BucketRange {
  readonly first: number;
  readonly last: number;
}

export function bucketOf(nanos: bigint): number {
  return Number(clamp(nanos / BUCKET_NANOS, 0n, MAX_BUCKET));
}

export function bucketsOf(window: Window): BucketRange {
  return { first: bucketOf(window.fromNanos), last: bucketOf(window.toNanos - 1n) };
}

/** A moment as a DateTime64(9). */
export function quoteNanos(nanos: bigint): string {
  return `fromUnixTimestamp64Nano(toInt64(${quoteInteger(clamp(nanos, 0n, MAX_NANOS))}), 'UTC')`;
}

export function inBuckets({ first, last }: BucketRange): string {
  return `bucket >= ${quoteInteger(first)} AND bucket <= ${quoteInteger(last)}`;
}

/**
 * What the buckets leave open: only those at the window's ends may hold spans outside it. In between, the time need not be
 * read of spans that do not match.
 */
export function inWindow({ fromNanos, toNanos }: Window, { first, last }: BucketRange): string[] {
  const cutsFirst = first <= bucketOf(fromNanos) && fromNanos % BUCKET_NANOS !== 0n;
  const cutsLast = last >= bucketOf(toNanos - 1n) && toNanos % BUCKET_NANOS !== 0n;
  return [
    ...(cutsFirst ? [`start >= ${quoteNanos(fromNanos)}`] : []),
    ...(cutsLast ? [`start < ${quoteNanos(toNanos)}`] : []),
  ];
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}
