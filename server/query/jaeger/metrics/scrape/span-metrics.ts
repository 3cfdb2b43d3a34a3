import { type Space, spaceKey } from '../../../../space/space.ts';
import type { Call, TraceStore, Window } from '../../../../store/trace-store.ts';
import { nanosOf } from '../point-grid.ts';
import type { Counts, EdgeCounts, OperationCounts } from './counts.ts';
import { KeptSpreads } from './kept-spreads.ts';

/*
 * What a scraper is to see of a space. Prometheus reads counters: they have to grow, and when one falls it is taken to have
 * begun anew at nothing. A sum over all that is kept would fall by a day of spans whenever a day expires, and Prometheus
 * would add the whole rest once more. So everything is counted from midnight (UTC): counters begin at nothing once a day, as
 * if the program had started then, which every rate() and increase() understands. They are the same from every process that
 * serves the space, and do not start over with it.
 *
 * - Calls, errors and counts are exact. A span that is sent twice counts twice here, and one that comes after the midnight
 *   that follows its start is not counted.
 * - Buckets and sums of durations come from the states that are kept per minute: within one percent of a bound a call may be
 *   in the bucket beside it, and a sum is within one percent. They grow as counters must.
 * - The states know errors from the rest: a status that is not an error is STATUS_CODE_UNSET, also where it was OK, and
 *   latencies are of all calls, without a status.
 * - A deleted trace lowers counters, which a scraper takes for a beginning. In a cluster latencies of operations are left out.
 * - Names past the limits of the space's lists are counted together under the empty name.
 * - Edges are counted by closed minutes, one to two minutes late, so that a scrape need not join spans.
 */

/** In seconds, as Tempo has them. */
export const LATENCY_BOUNDS = [
  0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
];
export const EDGE_BOUNDS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];

/** Each is some twenty lines of a scrape. */
const MAX_SERIES = 2_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** By then the dependency job has come to a minute that has ended. */
const SETTLED_MS = 60_000;
const NANOS_PER_SECOND = 1_000_000_000;

export interface SpanMetrics {
  readonly operations: Shown<OperationCounts>;
  readonly edges: Shown<EdgeCounts>;
}

/** Those with the most calls, and how many there are. */
export interface Shown<T> {
  readonly items: readonly T[];
  readonly known: number;
}

type Store = Pick<TraceStore, 'rates' | 'dependencies'>;

/** Reads what a scrape shows; what it keeps between scrapes changes what they cost, and never what they show. */
export class SpanMetricsReader {
  readonly #store: Store;
  readonly #kept = new KeptSpreads();

  constructor(store: Store) {
    this.#store = store;
  }

  async read(space: Space, nowMs: number, call: Call): Promise<SpanMetrics> {
    const [operations, edges] = await Promise.all([
      this.#operations(space, nowMs, call),
      this.#edges(space, nowMs, call),
    ]);
    return { operations: mostCalled(operations), edges: mostCalled(edges) };
  }

  async #operations(space: Space, nowMs: number, call: Call): Promise<readonly OperationCounts[]> {
    const day = sinceMidnight(nowMs);
    // The hour before the one under way still changes as late spans come.
    const recent = nanosOf((Math.floor(nowMs / HOUR_MS) - 1) * HOUR_MS);
    if (recent <= day.fromNanos) return this.#counts(space, day, true, call);
    const [before, since] = await Promise.all([
      this.#earlier(space, { fromNanos: day.fromNanos, toNanos: recent }, call),
      this.#counts(space, { fromNanos: recent, toNanos: day.toNanos }, true, call),
    ]);
    return added(before, since);
  }

  async #earlier(space: Space, hours: Window, call: Call): Promise<readonly OperationCounts[]> {
    const key = spaceKey(space);
    const kept = this.#kept.get(key, await this.#counts(space, hours, false, call));
    if (kept !== undefined) return kept;
    const counts = await this.#counts(space, hours, true, call);
    this.#kept.set(key, counts);
    return counts;
  }

  async #counts(
    space: Space,
    window: Window,
    withSpread: boolean,
    call: Call,
  ): Promise<readonly OperationCounts[]> {
    const query = {
      window,
      stepNanos: nanosOf(DAY_MS),
      by: ['service', 'operation', 'kind'],
      quantiles: [],
      ...(withSpread ? { boundsNanos: nanosOfBounds(LATENCY_BOUNDS) } : {}),
    } as const;
    const series = await this.#store.rates(space, query, call);
    return series.flatMap(({ service = '', operation = '', kind = 'unspecified', points }) =>
      points.map(({ calls, errors, spread }) => ({
        service,
        operation,
        kind,
        calls,
        errors,
        ...(spread === undefined ? {} : { spread }),
      })),
    );
  }

  async #edges(space: Space, nowMs: number, call: Call): Promise<readonly EdgeCounts[]> {
    const settledMs = Math.floor((nowMs - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    const query = { ...sinceMidnight(settledMs), boundsNanos: nanosOfBounds(EDGE_BOUNDS) };
    return this.#store.dependencies(space, query, call);
  }
}

/** Of operations that are in both, the sums. */
function added(
  before: readonly OperationCounts[],
  since: readonly OperationCounts[],
): readonly OperationCounts[] {
  const byName = new Map(before.map((counts) => [nameOf(counts), counts]));
  for (const counts of since) {
    const name = nameOf(counts);
    const known = byName.get(name);
    byName.set(name, known === undefined ? counts : sumOf(known, counts));
  }
  return [...byName.values()];
}

function nameOf({ service, operation, kind }: OperationCounts): string {
  return JSON.stringify([service, operation, kind]);
}

function sumOf(a: OperationCounts, b: OperationCounts): OperationCounts {
  const { spread, ...counts } = { ...a, calls: a.calls + b.calls, errors: a.errors + b.errors };
  if (spread === undefined || b.spread === undefined) return counts;
  const { atMost, sumNanos } = b.spread;
  return {
    ...counts,
    spread: {
      atMost: spread.atMost.map((count, at) => count + (atMost[at] ?? 0)),
      sumNanos: spread.sumNanos + sumNanos,
    },
  };
}

function nanosOfBounds(seconds: readonly number[]): readonly number[] {
  return seconds.map((bound) => bound * NANOS_PER_SECOND);
}

/** At midnight itself all of the day before. */
function sinceMidnight(toMs: number): Window {
  const fromMs = Math.floor((toMs - 1) / DAY_MS) * DAY_MS;
  return { fromNanos: nanosOf(fromMs), toNanos: nanosOf(toMs) };
}

function mostCalled<T extends Counts>(all: readonly T[]): Shown<T> {
  if (all.length <= MAX_SERIES) return { items: all, known: all.length };
  const items = [...all].sort((a, b) => b.calls - a.calls).slice(0, MAX_SERIES);
  return { items, known: all.length };
}
