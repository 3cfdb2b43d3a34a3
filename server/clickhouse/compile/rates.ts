import type { Space } from '../../space/space.ts';
import type { RateDimension, RateQuery, Window } from '../../store/trace-store.ts';
import { quoteInteger, quoteName, quoteText, quoteTexts } from '../literal.ts';
import { LISTED_NAME, LISTED_SERVICE, MINUTE, durationQuantiles } from '../schema.ts';
import { inSpace } from './scope.ts';

export const MINUTE_NANOS = 60_000_000_000n;

/** As the projection has them, letter for letter: otherwise every span is read. */
const DIMENSIONS: Readonly<Record<RateDimension, string>> = {
  service: LISTED_SERVICE,
  operation: LISTED_NAME,
  kind: 'kind',
};

/** As the projection keeps them. */
const DURATION_STATES = quoteName(durationQuantiles([0.5, 0.95, 0.99]));

/** Aliases must not be names of columns, or the expressions would mean themselves. */
export const rateAlias = (dimension: RateDimension): string => `by_${dimension}`;

/** Minutes that the window touches. */
export function inMinutes(window: Window, minute: string): string {
  const first = window.fromNanos / MINUTE_NANOS;
  const end = (window.toNanos + MINUTE_NANOS - 1n) / MINUTE_NANOS;
  return `${minute} >= ${quoteInteger(first)} AND ${minute} < ${quoteInteger(end)}`;
}

/** What rates are counted from. */
interface RateSource {
  readonly from: string;
  readonly minute: string;
  readonly dimensions: Readonly<Record<RateDimension, string>>;
  readonly calls: string;
  readonly errors: string;
  readonly quantiles: (levels: readonly number[]) => string;
}

/** The engine answers from the projection by itself. */
const FROM_SPANS: RateSource = {
  from: 'spans',
  minute: MINUTE,
  dimensions: DIMENSIONS,
  calls: 'count()',
  errors: `countIf(status = 'error')`,
  quantiles: durationQuantiles,
};

/**
 * For what the engine would not take from the projection: the states themselves. Columns are named as the engine writes
 * their expressions. The function reads this server's table alone.
 */
const FROM_PROJECTION: RateSource = {
  from: `mergeTreeProjection(currentDatabase(), 'spans', 'rates')`,
  minute: quoteName(MINUTE),
  dimensions: { service: quoteName(LISTED_SERVICE), operation: quoteName(LISTED_NAME), kind: 'kind' },
  calls: 'countMerge(`count()`)',
  errors: `countIfMerge(${quoteName(`countIf(equals(status, 'error'))`)})`,
  quantiles: (levels) => `quantilesDDMerge(${[0.01, ...levels].join(', ')})(${DURATION_STATES})`,
};

export function compileRates(space: Space, query: RateQuery): string {
  return compileRatesFrom(FROM_SPANS, space, query, []);
}

/** With the sketch of each step's durations as the engine writes it, in hex. */
export function compileRateSketches(space: Space, query: RateQuery): string {
  const sketch = `${sketchOf([0.5, 0.95, 0.99], DURATION_STATES)} AS sketch`;
  return compileRatesFrom(FROM_PROJECTION, space, query, [sketch]);
}

/** Merged states, written out. */
export function sketchOf(levels: readonly number[], states: string): string {
  return `hex(quantilesDDMergeState(${[0.01, ...levels].join(', ')})(${states}))`;
}

function compileRatesFrom(
  source: RateSource,
  space: Space,
  query: RateQuery,
  more: readonly string[],
): string {
  const dimensions = query.by.map(
    (dimension) => `${source.dimensions[dimension]} AS ${rateAlias(dimension)}`,
  );
  const keys = [...query.by.map(rateAlias), 'step'].join(', ');
  const quantiles = query.quantiles.length === 0 ? [] : [`${source.quantiles(query.quantiles)} AS durations`];
  const selected = [
    `intDiv(${source.minute}, ${quoteInteger(query.stepNanos / MINUTE_NANOS)}) AS step`,
    ...dimensions,
    `${source.calls} AS calls`,
    `${source.errors} AS errors`,
    ...quantiles,
    ...more,
  ];
  return `SELECT ${selected.join(',\n  ')}
FROM ${source.from}
WHERE ${rateConditions(source, space, query).join('\n  AND ')}
GROUP BY ${keys}
ORDER BY ${keys}`;
}

function rateConditions({ minute, dimensions }: RateSource, space: Space, query: RateQuery): string[] {
  const { services, operation, kinds } = query;
  return [
    inSpace(space),
    inMinutes(query.window, minute),
    ...(services === undefined ? [] : [isOneOf(dimensions.service, services)]),
    ...(operation === undefined ? [] : [isOneOf(dimensions.operation, [operation])]),
    ...(kinds === undefined ? [] : [isOneOf(dimensions.kind, kinds)]),
  ];
}

function isOneOf(expression: string, values: readonly string[]): string {
  if (values.length === 0) return '0';
  return values.length === 1
    ? `${expression} = ${quoteText(values[0]!)}`
    : `${expression} IN (${quoteTexts(values)})`;
}
