import type { Space } from '../../../space/space.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Call, TraceStore } from '../../../store/trace-store.ts';
import { rankTraces } from '../../rank-traces.ts';
import type { JaegerOptions } from '../options.ts';
import { searchByTags } from '../search-by-tags.ts';
import { countTraces } from './count-traces.ts';
import { type Matching, matchingOf } from './matching.ts';
import type { SearchParams } from './params.ts';

export interface FoundPage {
  /** In the order asked for. */
  readonly traceIds: readonly TraceId[];
  /** For the next page; absent when there are no more. */
  readonly cursor: string | undefined;
  /** Among how many of the newest traces the page was chosen, where it was not among all that match. */
  readonly ranked: number | undefined;
  /** Of all that match, where that was asked for. */
  readonly total: number | undefined;
}

type FindOptions = Pick<JaegerOptions, 'store' | 'tagRegex'>;

/** Finds what the parameters ask for. */
export async function findTraces(
  options: FindOptions,
  space: Space,
  params: SearchParams,
  call: Call,
): Promise<FoundPage> {
  return searchByTags(params.tags, options, (condition) =>
    findMatching(options.store, space, params, matchingOf(params, condition), call),
  );
}

async function findMatching(
  store: TraceStore,
  space: Space,
  params: SearchParams,
  matching: Matching,
  call: Call,
): Promise<FoundPage> {
  const page = await findPage(store, space, params, matching, call);
  if (params.total === undefined) return { ...page, total: undefined };
  const isAll = params.cursor === undefined && page.cursor === undefined;
  const total = isAll ? page.traceIds.length : await countTraces(store, space, matching, params.total, call);
  return { ...page, total };
}

async function findPage(
  store: TraceStore,
  space: Space,
  { sort, limit, cursor }: SearchParams,
  matching: Matching,
  call: Call,
): Promise<Omit<FoundPage, 'total'>> {
  if (sort === 'spans' || sort === 'errors') {
    const { traces, ...page } = await rankTraces(store, space, matching, { by: sort, limit, cursor }, call);
    return { ...page, traceIds: traces.map(({ traceId }) => traceId) };
  }
  const order = sort === 'duration' ? 'longest' : 'newest';
  const query = { ...matching, order, limit, ...(cursor === undefined ? {} : { cursor }) } as const;
  const result = await store.search(space, query, call);
  return { traceIds: result.traces.map(({ traceId }) => traceId), cursor: result.cursor, ranked: undefined };
}
