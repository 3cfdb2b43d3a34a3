import type { Space } from '../../space/space.ts';
import type { AggregateDimension, AggregateQuery, AttributeLevel } from '../../store/trace-store.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { durationQuantiles } from '../schema.ts';
import { compileCondition } from './condition.ts';
import type { Context } from './leaf.ts';
import type { OriginFact } from './origin.ts';
import { BUCKET_NANOS, SEARCH_SETTINGS, bucketsOf, inSpace } from './scope.ts';
import { conditions } from './search.ts';

/** What an aggregate asks of every span. */
export interface Aggregating extends Context {
  readonly query: AggregateQuery;
}

/** Aliases must not be names of columns, or the expressions would mean themselves. */
export const dimensionAlias = (index: number): string => `by_${index}`;

/** The most frequent combinations of values, one more than are wanted, each with its hash. */
export function compileSeries(aggregating: Aggregating): string {
  const { query } = aggregating;
  const keys = aliasesOf(query).join(', ');
  return `${compileDimensions(aggregating)},
  ${hashOf(query)} AS series,
  count() AS calls
FROM spans
WHERE ${whereOf(aggregating, []).join('\n  AND ')}
GROUP BY ${keys}
ORDER BY calls DESC, ${keys}
LIMIT ${quoteInteger(query.maxSeries + 1)}
${SEARCH_SETTINGS}`;
}

/** What happened in each step: to the series that have these hashes, for values may be longer than a statement, or to all. */
export function compileAggregate(aggregating: Aggregating, series: readonly bigint[] | undefined): string {
  const { query } = aggregating;
  const keys = [...aliasesOf(query), 'step'].join(', ');
  const { quantiles } = query;
  const measured = [
    `${compileStep(query.stepNanos)} AS step`,
    'count() AS calls',
    `countIf(status = 'error') AS errors`,
    ...(quantiles.length === 0 ? [] : [`${durationQuantiles(quantiles)} AS durations`]),
  ];
  const among = series === undefined ? [] : [`${hashOf(query)} IN (${series.map(quoteInteger).join(', ')})`];
  return `${compileDimensions(aggregating)}${query.by.length === 0 ? '' : ','}
  ${measured.join(',\n  ')}
FROM spans
WHERE ${whereOf(aggregating, among).join('\n  AND ')}
GROUP BY ${keys}
ORDER BY ${keys}
${SEARCH_SETTINGS}`;
}

/** The beginning of a statement, up to the last dimension. */
function compileDimensions({ space, query }: Aggregating): string {
  const withs = query.by.flatMap((dimension, index) => compileOrigins(space, dimension, index));
  const selected = query.by.map(
    (dimension, index) => `${compileDimension(dimension, index)} AS ${dimensionAlias(index)}`,
  );
  const start = withs.length === 0 ? 'SELECT' : `WITH\n  ${withs.join(',\n  ')}\nSELECT`;
  return selected.length === 0 ? start : `${start} ${selected.join(',\n  ')}`;
}

const FIELDS = {
  service: 'toString(service)',
  operation: 'toString(name)',
  kind: 'toString(kind)',
  status: 'toString(status)',
} as const;

function compileDimension(dimension: AggregateDimension, index: number): string {
  if (dimension.kind === 'field') return FIELDS[dimension.field];
  const { key, level } = dimension;
  if (level !== undefined) return VALUES[level](key, index);
  return `if(${onSpan(key)}, ${VALUES.span(key, index)}, ${VALUES.resource(key, index)})`;
}

/** The attribute's first value at a level, or empty text. */
const VALUES: Readonly<Record<AttributeLevel, (key: string, index: number) => string>> = {
  span: (key) =>
    `if(has(mapKeys(attr), ${quoteText(key)}), ${entryOf('attr', key)}, ${entryOf('attr_u', key)})`,
  resource: (_key, index) => valueOfOrigin('resource', index),
  scope: (_key, index) => valueOfOrigin('scope', index),
  event: (key) => firstOf('events', key),
  link: (key) => firstOf('links', key),
};

function onSpan(key: string): string {
  const quoted = quoteText(key);
  return `(has(mapKeys(attr), ${quoted}) OR has(mapKeys(attr_u), ${quoted}))`;
}

function entryOf(map: string, key: string): string {
  return `${map}[${quoteText(key)}]`;
}

function firstOf(nested: 'events' | 'links', key: string): string {
  const hasKey = `has(mapKeys(m), ${quoteText(key)})`;
  return entryOf(`arrayFirst(m -> ${hasKey}, ${nested}.attr)`, key);
}

const originAlias = (fact: OriginFact, index: number): string => `${dimensionAlias(index)}_${fact}`;

function valueOfOrigin(fact: OriginFact, index: number): string {
  const origins = originAlias(fact, index);
  return `transform(${fact}_id, ${origins}.1, ${origins}.2, '')`;
}

/** The resources or scopes that have the attribute, and its values: asked of the catalog once a statement. */
function compileOrigins(space: Space, dimension: AggregateDimension, index: number): string[] {
  if (dimension.kind === 'field') return [];
  const { key, level = 'resource' } = dimension;
  if (level !== 'resource' && level !== 'scope') return [];
  const quoted = quoteText(key);
  return [
    `(
    SELECT (groupArray(id), groupArray(value)) FROM (
      SELECT id, attr[${quoted}] AS value FROM catalog
      WHERE ${inSpace(space)} AND fact = ${quoteText(level)} AND has(mapKeys(attr), ${quoted})
      LIMIT 1 BY id
    )
  ) AS ${originAlias(level, index)}`,
  ];
}

/** By the bucket where that says enough: it is read anyway. */
function compileStep(stepNanos: bigint): string {
  return stepNanos % BUCKET_NANOS === 0n
    ? `toInt64(intDiv(bucket, ${quoteInteger(stepNanos / BUCKET_NANOS)}))`
    : `intDiv(toUnixTimestamp64Nano(start), ${quoteInteger(stepNanos)})`;
}

function whereOf(aggregating: Aggregating, more: readonly string[]): string[] {
  const { condition, window } = aggregating.query;
  return [
    ...conditions(aggregating, bucketsOf(window)),
    ...(condition === undefined ? [] : [compileCondition(condition, aggregating)]),
    ...more,
  ];
}

function hashOf(query: AggregateQuery): string {
  return `cityHash64(tuple(${aliasesOf(query).join(', ')}))`;
}

function aliasesOf({ by }: AggregateQuery): string[] {
  return by.map((_, index) => dimensionAlias(index));
}
