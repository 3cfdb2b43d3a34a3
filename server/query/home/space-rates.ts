import type { Fault } from '../../errors/fault.ts';
import { toFault } from '../../errors/fault.ts';
import { type Space, spaceKey } from '../../space/space.ts';
import type { Call, SpaceSummary, TraceStore, Window } from '../../store/trace-store.ts';

/** Spans a second of each space whose rate is known, by its key. */
export type SpaceRates = ReadonlyMap<string, number>;

const MINUTE_MS = 60_000;
/** The open minute and those before it. */
const MINUTES = 5;
const NANOS_PER_MS = 1_000_000n;
/** A glance must not cost more than this many small queries, nor take longer. */
const ASKED_SPACES = 20;
const PATIENCE_MS = 1_000;

/**
 * Rates over the last minutes. A space without a recent span has none and costs nothing; of the others only some are
 * asked about, and what is not known in time is left out: a page must not wait for it.
 */
export async function readSpaceRates(
  store: Pick<TraceStore, 'rates'>,
  summaries: readonly SpaceSummary[],
  nowMs: number,
  call: Call,
): Promise<SpaceRates> {
  const fromMs = Math.floor(nowMs / MINUTE_MS - (MINUTES - 1)) * MINUTE_MS;
  const window = { fromNanos: nanosOf(fromMs), toNanos: nanosOf(nowMs) };
  const patient = { ...call, deadlineMs: Math.min(call.deadlineMs, performance.now() + PATIENCE_MS) };
  const rates = new Map<string, number>();
  let asked = 0;
  for (const { space, lastStartNanos } of summaries) {
    const key = spaceKey(space);
    if (lastStartNanos < window.fromNanos) rates.set(key, 0);
    else if (asked++ < ASKED_SPACES) {
      const calls = await countCalls(store, space, window, patient);
      if (calls === undefined) asked = ASKED_SPACES;
      else rates.set(key, calls / ((nowMs - fromMs) / 1_000));
    }
  }
  return rates;
}

/** Undefined when the store has no time for it. */
async function countCalls(
  store: Pick<TraceStore, 'rates'>,
  space: Space,
  window: Window,
  call: Call,
): Promise<number | undefined> {
  const query = { window, stepNanos: nanosOf(MINUTES * MINUTE_MS), by: [], quantiles: [] };
  try {
    const series = await store.rates(space, query, call);
    return series.flatMap(({ points }) => points).reduce((sum, { calls }) => sum + calls, 0);
  } catch (thrown) {
    if (isPassing(toFault(thrown))) return undefined;
    throw thrown;
  }
}

function isPassing({ code }: Fault): boolean {
  return code === 'too-slow' || code === 'overloaded' || code === 'unavailable';
}

function nanosOf(ms: number): bigint {
  return BigInt(Math.floor(ms)) * NANOS_PER_MS;
}
