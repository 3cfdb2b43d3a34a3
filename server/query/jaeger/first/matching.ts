import type { Condition, SearchQuery } from '../../../store/trace-store.ts';
import type { SearchParams } from './params.ts';

/** What a search asks of the store, but for its order and its page. */
export type Matching = Omit<SearchQuery, 'order' | 'limit' | 'cursor'>;

export function matchingOf(params: SearchParams, condition: Condition | undefined): Matching {
  const { service, operation, minDurationNanos, maxDurationNanos } = params;
  const { minTraceDurationNanos, maxTraceDurationNanos } = params;
  return {
    window: params.window,
    service,
    ...(operation === undefined ? {} : { operation }),
    ...(condition === undefined ? {} : { condition }),
    ...(minDurationNanos === undefined ? {} : { minDurationNanos }),
    ...(maxDurationNanos === undefined ? {} : { maxDurationNanos }),
    ...(minTraceDurationNanos === undefined ? {} : { minTraceDurationNanos }),
    ...(maxTraceDurationNanos === undefined ? {} : { maxTraceDurationNanos }),
  };
}
