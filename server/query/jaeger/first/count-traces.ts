import type { Space } from '../../../space/space.ts';
import type { Call, FoundTrace, RateQuery, TraceStore } from '../../../store/trace-store.ts';
import type { Matching } from './matching.ts';
import type { Total } from './params.ts';

/** Of so many of the newest it is looked how close together they are. */
const SAMPLED_TRACES = 1_000;

const MINUTE_NANOS = 60_000_000_000n;

/** How many traces match. */
export function countTraces(
  store: TraceStore,
  space: Space,
  matching: Matching,
  how: Total,
  call: Call,
): Promise<number> {
  return how === 'exact' ? store.count(space, matching, call) : estimateAll(store, space, matching, call);
}

/**
 * Exact where few match. Else the newest are taken for like the others: as many traces to a span of the service in the whole
 * window as in the minutes that they fill.
 */
async function estimateAll(store: TraceStore, space: Space, matching: Matching, call: Call): Promise<number> {
  const query = { ...matching, order: 'newest', limit: SAMPLED_TRACES } as const;
  const { traces, cursor } = await store.search(space, query, call);
  if (cursor === undefined) return traces.length;
  const minutes = await callsByMinute(store, space, matching, call);
  const sample = sampleOf(traces);
  const sampled = callsSince(minutes, sample.fromNanos);
  const all = callsSince(minutes, matching.window.fromNanos - MINUTE_NANOS);
  return Math.max(traces.length, Math.round(sample.traces * (sampled === 0 ? 1 : all / sampled)));
}

/** Of the newest traces: how many there are from a whole minute on. */
function sampleOf(traces: readonly FoundTrace[]): { readonly fromNanos: bigint; readonly traces: number } {
  const newest = traces[0]!.startNanos;
  const oldest = traces.at(-1)!.startNanos;
  const thisMinute = oldest - (oldest % MINUTE_NANOS);
  const nextMinute = thisMinute + MINUTE_NANOS;
  const later = traces.filter(({ startNanos }) => startNanos >= nextMinute).length;
  if (2 * later >= traces.length) return { fromNanos: nextMinute, traces: later };
  // They fill no minute: the rest of it is taken to be as full as their part.
  const share = newest === oldest ? 1 : Number(newest - thisMinute) / Number(newest - oldest);
  return { fromNanos: thisMinute, traces: traces.length * share };
}

interface MinuteCalls {
  readonly fromNanos: bigint;
  readonly calls: number;
}

function callsSince(minutes: readonly MinuteCalls[], sinceNanos: bigint): number {
  return minutes
    .filter(({ fromNanos }) => fromNanos >= sinceNanos)
    .reduce((total, { calls }) => total + calls, 0);
}

async function callsByMinute(
  store: TraceStore,
  space: Space,
  { window, service, operation }: Matching,
  call: Call,
): Promise<readonly MinuteCalls[]> {
  const query: RateQuery = {
    window,
    stepNanos: MINUTE_NANOS,
    ...(service === undefined ? {} : { services: [service] }),
    ...(operation === undefined ? {} : { operation }),
    by: [],
    quantiles: [],
  };
  return (await store.rates(space, query, call)).flatMap(({ points }) => points);
}
