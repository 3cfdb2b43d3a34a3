import type { Space } from '../../space/space.ts';
import type { RateDimension, RateQuery, Window } from '../../store/trace-store.ts';
import type { Deployment } from '../deployment.ts';
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
  /** What the quantiles of longer times are made of. */
  readonly states: (levels: readonly number[]) => string;
}

/** The engine answers from the projection by itself. */
const FROM_SPANS: RateSource = {
  from: 'spans',
  minute: MINUTE,
  dimensions: DIMENSIONS,
  calls: 'count()',
  errors: `countIf(status = 'error')`,
  quantiles: durationQuantiles,
  states: (levels) => `quantilesDDState(${[0.01, ...levels].join(', ')})(duration)`,
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
  quantiles: (levels) => mergedQuantiles(levels, DURATION_STATES),
  states: (levels) => mergedStates(levels, DURATION_STATES),
};

export function compileRates(space: Space, query: RateQuery, deployment: Deployment): string {
  if (query.overNanos === undefined) return compileRatesFrom(FROM_SPANS, space, query, []);
  // From spans, the engine takes counts from the projection and states of durations from every span.
  const source = deployment.kind === 'single' ? FROM_PROJECTION : FROM_SPANS;
  return compileSliding(source, space, query, query.overNanos / MINUTE_NANOS);
}

/** With the sketch of each step's durations as the engine writes it, in hex. */
export function compileRateSketches(space: Space, query: RateQuery): string {
  const sketch = `${sketchOf([0.5, 0.95, 0.99], DURATION_STATES)} AS sketch`;
  return compileRatesFrom(FROM_PROJECTION, space, query, [sketch]);
}

/** Merged states, written out. */
export function sketchOf(levels: readonly number[], states: string): string {
  return `hex(${mergedStates(levels, states)})`;
}

function mergedStates(levels: readonly number[], states: string): string {
  return `quantilesDDMergeState(${[0.01, ...levels].join(', ')})(${states})`;
}

function mergedQuantiles(levels: readonly number[], states: string): string {
  return `quantilesDDMerge(${[0.01, ...levels].join(', ')})(${states})`;
}

function compileRatesFrom(
  source: RateSource,
  space: Space,
  query: RateQuery,
  more: readonly string[],
): string {
  const keys = [...query.by.map(rateAlias), 'step'].join(', ');
  const quantiles = query.quantiles.length === 0 ? [] : [`${source.quantiles(query.quantiles)} AS durations`];
  const selected = [
    `intDiv(${source.minute}, ${quoteInteger(query.stepNanos / MINUTE_NANOS)}) AS step`,
    ...aliased(source, query),
    `${source.calls} AS calls`,
    `${source.errors} AS errors`,
    ...quantiles,
    ...more,
  ];
  return `SELECT ${selected.join(',\n  ')}
FROM ${source.from}
WHERE ${rateConditions(source, space, query, query.window).join('\n  AND ')}
GROUP BY ${keys}
ORDER BY ${keys}`;
}

/**
 * What each minute holds, joined to every point whose time holds the minute. A window function over minutes takes as
 * long for a service, and says nothing of points that end in minutes without calls. Small blocks: each row becomes many.
 */
function compileSliding(source: RateSource, space: Space, query: RateQuery, overMinutes: bigint): string {
  const { quantiles } = query;
  const { counted, points } = slidingPoints(query.window, query.stepNanos / MINUTE_NANOS, overMinutes);
  const keys = [...query.by.map(rateAlias), 'step'].join(', ');
  const isTimed = quantiles.length > 0;
  const ofMinutes = [
    `${source.minute} AS minute`,
    ...aliased(source, query),
    `${source.calls} AS minute_calls`,
    `${source.errors} AS minute_errors`,
    ...(isTimed ? [`${source.states(quantiles)} AS minute_durations`] : []),
  ];
  const ofPoints = [
    'step',
    ...query.by.map(rateAlias),
    'sum(minute_calls) AS calls',
    'sum(minute_errors) AS errors',
    ...(isTimed ? [`${mergedQuantiles(quantiles, 'minute_durations')} AS durations`] : []),
  ];
  return `SELECT ${ofPoints.join(',\n  ')}
FROM (
  SELECT ${ofMinutes.join(',\n    ')}
  FROM ${source.from}
  WHERE ${rateConditions(source, space, query, counted).join('\n    AND ')}
  GROUP BY ${['minute', ...query.by.map(rateAlias)].join(', ')}
)
ARRAY JOIN ${points} AS step
GROUP BY ${keys}
ORDER BY ${keys}
SETTINGS max_block_size = 8192`;
}

/** Which minutes count, and in which points a minute does. The last point may end inside its step, all others end with it. */
function slidingPoints(
  { fromNanos, toNanos }: Window,
  step: bigint,
  over: bigint,
): { readonly counted: Window; readonly points: string } {
  const first = fromNanos / MINUTE_NANOS / step;
  const last = atLeastZero((toNanos + MINUTE_NANOS - 1n) / MINUTE_NANOS - 1n) / step;
  const ofLast = atLeastZero(toNanos / MINUTE_NANOS - over);
  const ofFirst = first < last ? atLeastZero((first + 1n) * step - over) : ofLast;
  const [from, end] = [`intDiv(minute, ${quoteInteger(step)})`, `intDiv(minute + ${quoteInteger(over)}, ${quoteInteger(step)})`]; // prettier-ignore
  const whole = `range(greatest(${from}, ${quoteInteger(first)}), least(${end}, ${quoteInteger(last)}))`;
  const cut = `if(minute >= ${quoteInteger(ofLast)}, [toUInt64(${quoteInteger(last)})], [])`;
  return {
    counted: { fromNanos: ofFirst * MINUTE_NANOS, toNanos },
    points: `arrayConcat(${whole}, ${cut})`,
  };
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

function aliased({ dimensions }: RateSource, { by }: RateQuery): string[] {
  return by.map((dimension) => `${dimensions[dimension]} AS ${rateAlias(dimension)}`);
}

function rateConditions(
  { minute, dimensions }: RateSource,
  space: Space,
  query: RateQuery,
  window: Window,
): string[] {
  const { services, operation, kinds } = query;
  return [
    inSpace(space),
    inMinutes(window, minute),
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
