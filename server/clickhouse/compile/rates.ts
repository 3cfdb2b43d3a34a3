import type { Space } from '../../space/space.ts';
import type { RateDimension, RateQuery, Window } from '../../store/trace-store.ts';
import { quoteInteger, quoteText, quoteTexts } from '../literal.ts';
import { LISTED_NAME, LISTED_SERVICE, MINUTE, durationQuantiles } from '../schema.ts';
import { inSpace } from './scope.ts';

export const MINUTE_NANOS = 60_000_000_000n;

/** As the projection has them, letter for letter: otherwise every span is read. */
const DIMENSIONS: Readonly<Record<RateDimension, string>> = {
  service: LISTED_SERVICE,
  operation: LISTED_NAME,
  kind: 'kind',
};

/** Aliases must not be names of columns, or the expressions would mean themselves. */
export const rateAlias = (dimension: RateDimension): string => `by_${dimension}`;

/** Minutes that the window touches. */
export function inMinutes(window: Window, minute: string): string {
  const first = window.fromNanos / MINUTE_NANOS;
  const end = (window.toNanos + MINUTE_NANOS - 1n) / MINUTE_NANOS;
  return `${minute} >= ${quoteInteger(first)} AND ${minute} < ${quoteInteger(end)}`;
}

export function compileRates(space: Space, query: RateQuery): string {
  const dimensions = query.by.map((dimension) => `${DIMENSIONS[dimension]} AS ${rateAlias(dimension)}`);
  const keys = [...query.by.map(rateAlias), 'step'].join(', ');
  const quantiles =
    query.quantiles.length === 0 ? [] : [`${durationQuantiles(query.quantiles)} AS durations`];
  const selected = [
    `intDiv(${MINUTE}, ${quoteInteger(query.stepNanos / MINUTE_NANOS)}) AS step`,
    ...dimensions,
    'count() AS calls',
    `countIf(status = 'error') AS errors`,
    ...quantiles,
  ];
  return `SELECT ${selected.join(',\n  ')}
FROM spans
WHERE ${rateConditions(space, query).join('\n  AND ')}
GROUP BY ${keys}
ORDER BY ${keys}`;
}

function rateConditions(space: Space, query: RateQuery): string[] {
  const { services, operation, kinds } = query;
  return [
    inSpace(space),
    inMinutes(query.window, MINUTE),
    ...(services === undefined ? [] : [isOneOf(LISTED_SERVICE, services)]),
    ...(operation === undefined ? [] : [isOneOf(LISTED_NAME, [operation])]),
    ...(kinds === undefined ? [] : [isOneOf('kind', kinds)]),
  ];
}

function isOneOf(expression: string, values: readonly string[]): string {
  if (values.length === 0) return '0';
  return values.length === 1
    ? `${expression} = ${quoteText(values[0]!)}`
    : `${expression} IN (${quoteTexts(values)})`;
}
