import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { Aggregate, AggregateQuery, AggregateSeries, Call } from '../../store/trace-store.ts';
import { type Aggregating, compileAggregate, compileSeries, dimensionAlias } from '../compile/aggregate.ts';
import type { EngineReads } from '../engine/engine.ts';
import { readKnown } from './known-facts.ts';
import { numbersOf } from './rate-series.ts';
import { namingBadRegex } from './regex-fault.ts';

interface FoundSeries {
  readonly values: readonly string[];
  readonly hash: bigint;
}

type Points = AggregateSeries['points'][number][];

/** First which series there are, by their counts alone, then what happened in each step of the most frequent. */
export async function readAggregate(
  engine: EngineReads,
  space: Space,
  query: AggregateQuery,
  call: Call,
): Promise<Aggregate> {
  if (query.window.fromNanos >= query.window.toNanos) return { series: [], cut: false };
  return namingBadRegex(engine, query.condition, call, async () => {
    const known = await readKnown(engine, space, query.condition, call);
    const aggregating = { space, query, known };
    if (query.by.length === 0)
      return { series: await readPoints(engine, aggregating, undefined, call), cut: false };
    const found = await readSeries(engine, aggregating, call);
    const cut = found.length > query.maxSeries;
    const kept = found.slice(0, query.maxSeries);
    if (kept.length === 0) return { series: [], cut };
    const among = cut ? kept.map(({ hash }) => hash) : undefined;
    return { series: inOrder(await readPoints(engine, aggregating, among, call), kept), cut };
  });
}

async function readSeries(engine: EngineReads, aggregating: Aggregating, call: Call): Promise<FoundSeries[]> {
  const blocks = decodeNative(await engine.read(compileSeries(aggregating), call));
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => ({
      values: valuesOf(block, row, aggregating.query),
      hash: block.column('series').bigint(row),
    })),
  );
}

/** Rows come series by series, and in each step by step. */
async function readPoints(
  engine: EngineReads,
  aggregating: Aggregating,
  among: readonly bigint[] | undefined,
  call: Call,
): Promise<AggregateSeries[]> {
  const { query } = aggregating;
  const series: { values: readonly string[]; points: Points }[] = [];
  for (const block of decodeNative(await engine.read(compileAggregate(aggregating, among), call))) {
    for (let row = 0; row < block.rows; row++) {
      const values = valuesOf(block, row, query);
      const last = series.at(-1);
      const point = pointOf(block, row, query);
      if (last !== undefined && keyOf(last.values) === keyOf(values)) last.points.push(point);
      else series.push({ values, points: [point] });
    }
  }
  return series;
}

function valuesOf(block: NativeBlock, row: number, { by }: AggregateQuery): string[] {
  return by.map((_, index) => block.column(dimensionAlias(index)).text(row));
}

function pointOf(block: NativeBlock, row: number, { stepNanos, quantiles }: AggregateQuery): Points[number] {
  return {
    fromNanos: block.column('step').bigint(row) * stepNanos,
    calls: block.column('calls').number(row),
    errors: block.column('errors').number(row),
    durationNanos: quantiles.length === 0 ? [] : numbersOf(block, 'durations', row),
  };
}

/** Spans may have come in between: a series that was not there at first is left out, or has no place. */
function inOrder(series: readonly AggregateSeries[], order: readonly FoundSeries[]): AggregateSeries[] {
  const byKey = new Map(series.map((one) => [keyOf(one.values), one]));
  return order.flatMap(({ values }) => byKey.get(keyOf(values)) ?? []);
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}
