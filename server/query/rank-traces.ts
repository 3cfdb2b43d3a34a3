import { Fault } from '../errors/fault.ts';
import type { Space } from '../space/space.ts';
import type { TraceId } from '../span/span.ts';
import type {
  Call,
  FoundTrace,
  SearchQuery,
  SearchResult,
  TraceStore,
  TraceSummary,
} from '../store/trace-store.ts';

/** So many traces are read at a time: a tenth of a millisecond each, most of it for their summaries. */
const PAGE_TRACES = 10_000;
/** More are not ranked one by one: that takes ten seconds, and what is beyond them would take longer still. */
const MAX_RANKED = 100_000;

export interface Ranking {
  readonly by: 'spans' | 'errors';
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface RankedPage {
  readonly traces: readonly FoundTrace[];
  readonly cursor: string | undefined;
  /** Among how many of the newest, where more match than could be ranked. */
  readonly ranked: number | undefined;
}

interface Place {
  readonly count: number;
  readonly traceId: TraceId;
}

interface PlacedTrace extends Place {
  readonly found: FoundTrace;
}

/**
 * The traces with the most spans, or the most spans that failed, of all that match. They are gone through newest first, and
 * no more is kept of them than a page. Where they are too many for that, or take more than half of the call's time, since the
 * page is still to be read, the page is of those that have been gone through.
 */
export async function rankTraces(
  store: Pick<TraceStore, 'search' | 'summaries'>,
  space: Space,
  matching: Omit<SearchQuery, 'order' | 'limit' | 'cursor'>,
  { by, limit, cursor }: Ranking,
  call: Call,
): Promise<RankedPage> {
  const after = cursor === undefined ? undefined : parsePlace(cursor, by);
  const now = performance.now();
  const enoughMs = now + (call.deadlineMs - now) / 2;
  const query = { ...matching, order: 'newest', limit: PAGE_TRACES } as const;
  let best: readonly PlacedTrace[] = [];
  let ranked = 0;
  let page: SearchResult | undefined;
  do {
    const next = page?.cursor === undefined ? {} : { cursor: page.cursor };
    page = await store.search(space, { ...query, ...next }, call);
    const places = placesOf(page.traces, await summariesOf(store, space, page.traces, call), by);
    // One more than the page tells that there is another one.
    best = [...best, ...places.filter((place) => after === undefined || byPlace(after, place) < 0)]
      .sort(byPlace)
      .slice(0, limit + 1);
    ranked += page.traces.length;
  } while (page.cursor !== undefined && ranked < MAX_RANKED && performance.now() < enoughMs);

  const shown = best.slice(0, limit);
  return {
    traces: shown.map(({ found }) => found),
    cursor: best.length > limit ? presentPlace(shown.at(-1)!, by) : undefined,
    ranked: page.cursor === undefined ? undefined : ranked,
  };
}

function summariesOf(
  store: Pick<TraceStore, 'summaries'>,
  space: Space,
  traces: readonly FoundTrace[],
  call: Call,
): Promise<readonly TraceSummary[]> {
  const traceIds = traces.map(({ traceId }) => traceId);
  return store.summaries(space, traceIds, {}, call);
}

function placesOf(
  traces: readonly FoundTrace[],
  summaries: readonly TraceSummary[],
  by: Ranking['by'],
): PlacedTrace[] {
  const byId = new Map(traces.map((found) => [found.traceId, found]));
  return summaries.map(({ traceId, spanCount, errorCount }) => ({
    traceId,
    count: by === 'spans' ? spanCount : errorCount,
    found: byId.get(traceId)!,
  }));
}

function byPlace(a: Place, b: Place): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.traceId === b.traceId) return 0;
  return a.traceId < b.traceId ? 1 : -1;
}

function presentPlace({ count, traceId }: Place, by: Ranking['by']): string {
  return Buffer.from(`${by}:${count}:${traceId}`).toString('base64url');
}

function parsePlace(cursor: string, by: Ranking['by']): Place {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, order, count, traceId] = /^(spans|errors):(\d{1,15}):([0-9a-f]{32})$/.exec(text) ?? [];
  if (order === by) return { count: Number(count), traceId: traceId as TraceId };
  throw new Fault('invalid', 'cursor is not one that an earlier result of this search gave', {
    field: 'cursor',
    value: cursor.slice(0, 80),
  });
}
