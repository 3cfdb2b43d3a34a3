import { describe, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import type { Call, SearchQuery, TraceStore, TraceSummary } from '../store/trace-store.ts';
import { traceIdOf } from './jaeger/corpus.fixture.ts';
import { type RankedPage, type Ranking, rankTraces } from './rank-traces.ts';

const SPACE = createSpace('a', 'b', 'c');
const MATCHING = { window: { fromNanos: 0n, toNanos: 1n } };

/** So many traces, newest first; the oldest have the most spans. Cursors are places in it. */
function storeOf(count: number): { readonly store: TraceStore; readonly pages: () => number } {
  let pages = 0;
  const store: Pick<TraceStore, 'search' | 'summaries'> = {
    search(_space, { limit, cursor = '0' }: SearchQuery) {
      pages++;
      const end = Math.min(Number(cursor) + limit, count);
      const traces = Array.from({ length: end - Number(cursor) }, (_, index) => ({
        traceId: traceIdOf(Number(cursor) + index + 1),
        startNanos: 0n,
        durationNanos: 0n,
      }));
      return Promise.resolve({ traces, ...(end < count ? { cursor: String(end) } : {}) });
    },
    summaries: (_space, ids) =>
      Promise.resolve(
        ids.map((traceId) => ({ traceId, spanCount: parseInt(traceId, 16), errorCount: 0 }) as TraceSummary),
      ),
  };
  return { store: store as TraceStore, pages: () => pages };
}

const soon = (): Call => ({ deadlineMs: performance.now() + 60_000 });
const first: Ranking = { by: 'spans', limit: 2, cursor: undefined };
const numbers = ({ traces }: RankedPage): number[] => traces.map(({ traceId }) => parseInt(traceId, 16));

describe('of all that match, however far back', () => {
  test('the first are found, and the next', async () => {
    const { store } = storeOf(25_000);
    const page = await rankTraces(store, SPACE, MATCHING, first, soon());
    expect([numbers(page), page.ranked]).toEqual([[25_000, 24_999], undefined]);
    const next = await rankTraces(store, SPACE, MATCHING, { ...first, cursor: page.cursor }, soon());
    expect(numbers(next)).toEqual([24_998, 24_997]);
  });

  test('the last page has no cursor', async () => {
    const page = await rankTraces(storeOf(3).store, SPACE, MATCHING, { ...first, limit: 3 }, soon());
    expect(page).toMatchObject({ cursor: undefined, ranked: undefined });
    expect(numbers(page)).toEqual([3, 2, 1]);
  });
});

describe('it is told among how many', () => {
  test('when there are too many', async () => {
    const page = await rankTraces(storeOf(120_000).store, SPACE, MATCHING, first, soon());
    expect([numbers(page), page.ranked]).toEqual([[100_000, 99_999], 100_000]);
  });

  test('when half of the time is gone', async () => {
    const { store, pages } = storeOf(120_000);
    const late = { deadlineMs: performance.now() - 1 };
    const page = await rankTraces(store, SPACE, MATCHING, first, late);
    expect([numbers(page), page.ranked, pages()]).toEqual([[10_000, 9_999], 10_000, 1]);
  });
});
