import type { Space } from '../../space/space.ts';
import type {
  AggregateSeries,
  Aggregate,
  Call,
  RateQuery,
  RateSeries,
  TraceStore,
} from '../../store/trace-store.ts';
import { namingFilter } from './filter.ts';
import type { RatesQuestion } from './questions.ts';

/** Rates from the states of whole minutes where these answer the question, and from the spans themselves where not. */
export async function findRates(
  store: Pick<TraceStore, 'rates' | 'aggregate'>,
  space: Space,
  { query, byMinutes }: RatesQuestion,
  call: Call,
): Promise<Aggregate> {
  if (byMinutes === undefined) return namingFilter(() => store.aggregate(space, query, call));
  const series = (await store.rates(space, byMinutes, call)).map((one) => asAggregate(one, byMinutes));
  const frequent = series.toSorted((a, b) => callsOf(b) - callsOf(a)).slice(0, query.maxSeries);
  return { series: frequent, cut: frequent.length < series.length };
}

function asAggregate(series: RateSeries, { by }: RateQuery): AggregateSeries {
  return { values: by.map((dimension) => series[dimension] ?? ''), points: series.points };
}

function callsOf({ points }: AggregateSeries): number {
  return points.reduce((sum, { calls }) => sum + calls, 0);
}
