import type { TraceId } from '../../../span/span.ts';
import type { TraceStore, TraceSummary } from '../../../store/trace-store.ts';
import type { Asked } from './calls.ts';
import { type Search, searchAsked } from './search.ts';

/** Summaries of one message. */
const SUMMARIES_A_MESSAGE = 100;

/** A summary, but for its id, which is text in one interface and bytes in the other. */
export interface ShownSummary {
  readonly traceId: TraceId;
  readonly shown: object;
}

export interface Page {
  /** For the next page, told to those alone who ask page by page. */
  readonly next_page_token?: string;
}

/** Summaries as messages, in the order of the search; the last one tells how to go on. */
export async function* findSummaries(
  store: TraceStore,
  search: Search,
  { space, call }: Asked,
): AsyncGenerator<Page & { readonly summaries: readonly ShownSummary[] }> {
  const { traces, cursor } = await searchAsked(search, (query) => store.search(space, query, call));
  const ids = traces.map(({ traceId }) => traceId);
  const found = ids.length === 0 ? [] : await store.summaries(space, ids, {}, call);
  const page = nextPage(search, cursor);
  const groups = inGroups(found.map(presentSummary));
  for (const [index, summaries] of groups.entries()) {
    yield { summaries, ...(index === groups.length - 1 ? page : {}) };
  }
  // What was found may be gone by now, and there may be more.
  if (groups.length === 0 && page.next_page_token !== undefined) yield { summaries: [], ...page };
}

export function nextPage({ isPaged }: Search, cursor: string | undefined): Page {
  return isPaged && cursor !== undefined ? { next_page_token: cursor } : {};
}

function inGroups<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / SUMMARIES_A_MESSAGE);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * SUMMARIES_A_MESSAGE, (index + 1) * SUMMARIES_A_MESSAGE),
  );
}

function presentSummary(summary: TraceSummary): ShownSummary {
  const { traceId, hasRoot, rootService, rootName } = summary;
  const shown = {
    ...(hasRoot ? { root_service_name: rootService, root_operation_name: rootName } : {}),
    min_start_time_unix_nano: summary.startNanos.toString(),
    max_end_time_unix_nano: summary.endNanos.toString(),
    span_count: summary.spanCount,
    error_span_count: summary.errorCount,
    orphan_span_count: summary.orphanCount,
    services: summary.services
      .map(({ service, spanCount, errorCount }) => ({
        name: service,
        span_count: spanCount,
        error_span_count: errorCount,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return { traceId, shown };
}
