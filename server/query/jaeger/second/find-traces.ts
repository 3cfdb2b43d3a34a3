import type { Space } from '../../../space/space.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Call, Condition, SearchQuery } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { searchByTags } from '../search-by-tags.ts';
import { namingFilter } from '../refused-filter.ts';
import type { SearchParams } from './params.ts';

type FindOptions = Pick<JaegerOptions, 'store' | 'tagRegex'>;

/** The newest traces that have a span such as the parameters ask for, the newest first. */
export async function findTraces(
  options: FindOptions,
  space: Space,
  params: SearchParams,
  call: Call,
): Promise<readonly TraceId[]> {
  const find = async (condition: Condition | undefined): Promise<readonly TraceId[]> => {
    const { traces } = await options.store.search(space, queryOf(params, condition), call);
    return traces.map(({ traceId }) => traceId);
  };
  const { filter, tags } = params;
  if (filter !== undefined) return namingFilter(() => find(filter));
  return searchByTags(tags, options, find);
}

function queryOf(params: SearchParams, condition: Condition | undefined): SearchQuery {
  const { window, limit, service, operation, minDurationNanos, maxDurationNanos } = params;
  return {
    window,
    order: 'newest',
    limit,
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
    ...(condition === undefined ? {} : { condition }),
    ...(minDurationNanos === undefined ? {} : { minDurationNanos }),
    ...(maxDurationNanos === undefined ? {} : { maxDurationNanos }),
  };
}
