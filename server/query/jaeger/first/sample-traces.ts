import type { Space } from '../../../space/space.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Call, TraceSummary } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { type Trace, TraceSource } from '../../trace-source.ts';
import type { ServiceParams } from './params.ts';

/** What is computed of a service is computed of so many of its newest traces… */
const SAMPLED_TRACES = 200;
/** …and of so many spans at most: traces that do not fit any more are left out. */
const SAMPLED_SPANS = 20_000;

/** A bounded sample of the newest traces in which a service took part. */
export async function* sampleTraces(
  { store }: Pick<JaegerOptions, 'store'>,
  space: Space,
  { service, operation, window }: ServiceParams,
  call: Call,
): AsyncGenerator<Trace> {
  const { traces: found } = await store.search(
    space,
    {
      window,
      service,
      ...(operation === undefined ? {} : { operation }),
      order: 'newest',
      limit: SAMPLED_TRACES,
    },
    call,
  );
  const traceIds = found.map(({ traceId }) => traceId);
  const fitting = thatFit(await store.summaries(space, traceIds, {}, call));
  yield* new TraceSource(store).traces(space, fitting, call);
}

function thatFit(summaries: readonly TraceSummary[]): readonly TraceId[] {
  let spans = 0;
  return summaries
    .filter(({ spanCount }) => {
      if (spans + spanCount > SAMPLED_SPANS) return false;
      spans += spanCount;
      return true;
    })
    .map(({ traceId }) => traceId);
}
