import { Fault } from '../../../errors/fault.ts';
import type { Space } from '../../../space/space.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Call, TraceStore } from '../../../store/trace-store.ts';
import type { Matching } from './matching.ts';

/** Among so many of the newest traces that match: counting the spans of all would take as long as there are traces. */
const RANKED_TRACES = 1_000;

export interface Ranking {
  readonly by: 'spans' | 'errors';
  readonly limit: number;
  readonly cursor: string | undefined;
}

interface Place {
  readonly count: number;
  readonly traceId: TraceId;
}

/** The traces with the most spans, or the most spans that failed, among the newest. */
export async function rankTraces(
  store: TraceStore,
  space: Space,
  matching: Matching,
  { by, limit, cursor }: Ranking,
  call: Call,
): Promise<{ readonly traceIds: readonly TraceId[]; readonly cursor: string | undefined }> {
  const after = cursor === undefined ? undefined : parsePlace(cursor, by);
  const newest = await store.search(space, { ...matching, order: 'newest', limit: RANKED_TRACES }, call);
  const traceIds = newest.traces.map(({ traceId }) => traceId);
  const summaries = await store.summaries(space, traceIds, {}, call);
  const places = summaries
    .map(({ traceId, spanCount, errorCount }) => ({
      traceId,
      count: by === 'spans' ? spanCount : errorCount,
    }))
    .sort(byPlace)
    .filter((place) => after === undefined || byPlace(after, place) < 0);
  const page = places.slice(0, limit);
  return {
    traceIds: page.map(({ traceId }) => traceId),
    cursor: places.length > limit ? presentPlace(page.at(-1)!, by) : undefined,
  };
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
