import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { SpanKind } from '../../span/span.ts';
import type {
  DurationSpread,
  RateDimension,
  RatePoint,
  RateQuery,
  RateSeries,
} from '../../store/trace-store.ts';
import { rateAlias } from '../compile/rates.ts';
import { decodeSketch, spreadOf } from './duration-sketch.ts';

/** What the statement was made for: without bounds it has no sketches. */
type DecodedQuery = Omit<RateQuery, 'boundsNanos'> & {
  readonly boundsNanos?: RateQuery['boundsNanos'] | undefined;
};

/** Rows ordered by dimensions and step, as series. */
export function decodeRates(bytes: Uint8Array, query: DecodedQuery): RateSeries[] {
  const series: { key: string; of: Omit<RateSeries, 'points'>; points: RatePoint[] }[] = [];
  for (const block of decodeNative(bytes)) {
    for (let row = 0; row < block.rows; row++) {
      const names = query.by.map((dimension) => block.column(rateAlias(dimension)).text(row));
      const key = JSON.stringify(names);
      if (series.at(-1)?.key !== key) series.push({ key, of: dimensionsOf(query.by, names), points: [] });
      series.at(-1)!.points.push(pointOf(block, row, query));
    }
  }
  return series.map(({ of, points }) => ({ ...of, points }));
}

function dimensionsOf(by: readonly RateDimension[], names: readonly string[]): Omit<RateSeries, 'points'> {
  const [service, operation, kind] = (['service', 'operation', 'kind'] as const).map((dimension) => {
    const at = by.indexOf(dimension);
    return at < 0 ? undefined : names[at]!;
  });
  return {
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
    ...(kind === undefined ? {} : { kind: kind as SpanKind }),
  };
}

function pointOf(block: NativeBlock, row: number, query: DecodedQuery): RatePoint {
  const { stepNanos, quantiles, boundsNanos } = query;
  return {
    fromNanos: BigInt(block.column('step').number(row)) * stepNanos,
    calls: block.column('calls').number(row),
    errors: block.column('errors').number(row),
    durationNanos: quantiles.length === 0 ? [] : numbersOf(block, 'durations', row),
    ...spreadAt(block, row, boundsNanos),
  };
}

/** The spread at the bounds, where there are any. */
export function spreadAt(
  block: NativeBlock,
  row: number,
  boundsNanos: readonly number[] | undefined,
): { readonly spread?: DurationSpread } {
  if (boundsNanos === undefined) return {};
  const sketch = decodeSketch(Buffer.from(block.column('sketch').text(row), 'hex'));
  return { spread: spreadOf(sketch, boundsNanos) };
}

/** An array of numbers in one row. */
export function numbersOf(block: NativeBlock, name: string, row: number): number[] {
  const column = block.column(name);
  const numbers: number[] = [];
  for (let at = column.from(row), to = column.to(row); at < to; at++)
    numbers.push(column.elements.number(at));
  return numbers;
}
