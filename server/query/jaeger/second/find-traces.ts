import { Fault } from '../../../errors/fault.ts';
import type { Space } from '../../../space/space.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Call, Condition, SearchQuery } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { hasPattern, tagCondition } from '../tag-condition.ts';
import { showPattern } from './filter/pattern.ts';
import type { SearchParams } from './params.ts';

type FindOptions = Pick<JaegerOptions, 'store' | 'tagRegex'>;

/**
 * The newest traces that have a span such as the parameters ask for, the newest first. Values of tags that look like regular
 * expressions but are none (`a(b`) are looked for as they stand alone.
 */
export async function findTraces(
  { store, tagRegex }: FindOptions,
  space: Space,
  params: SearchParams,
  call: Call,
): Promise<readonly TraceId[]> {
  const find = async (condition: Condition | undefined): Promise<readonly TraceId[]> => {
    const { traces } = await store.search(space, queryOf(params, condition), call);
    return traces.map(({ traceId }) => traceId);
  };
  const { filter, tags } = params;
  if (filter !== undefined) return namingFilter(() => find(filter));
  if (!tagRegex || !hasPattern(tags)) return find(tagCondition(tags, { regex: false }));
  try {
    return await find(tagCondition(tags, { regex: true }));
  } catch (thrown) {
    if (!isInvalid(thrown)) throw thrown;
    return find(tagCondition(tags, { regex: false }));
  }
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

/** What the store refuses of a filter is a pattern: it alone knows which are. */
async function namingFilter<T>(find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (thrown) {
    if (!isInvalid(thrown)) throw thrown;
    throw new Fault('invalid', `malformed parameter query.filter: ${showPattern(thrown.message)}`, {
      field: 'query.filter',
    });
  }
}

function isInvalid(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.code === 'invalid';
}
