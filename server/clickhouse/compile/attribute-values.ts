import type { Space } from '../../space/space.ts';
import type { AttributeLevel, AttributeValueQuery } from '../../store/trace-store.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { SEARCH_SETTINGS, bucketsOf, inBuckets, inSpace, inWindow } from './scope.ts';

/** Spans that are looked at; more would hardly change which values are frequent. */
const SAMPLE_SPANS = 20_000;

/** Values of the key in each level's maps, as an array of the span's row. */
const LEVEL_VALUES: Readonly<Partial<Record<AttributeLevel, (key: string) => readonly string[]>>> = {
  span: (key) => [valuesOf('attr', key), valuesOf('attr_u', key)],
  event: (key) => [`arrayFlatten(arrayMap(m -> ${valuesOf('m', key)}, events.attr))`],
  link: (key) => [`arrayFlatten(arrayMap(m -> ${valuesOf('m', key)}, links.attr))`],
};

/** Values on the spans' own rows, in the newest of the window; undefined if the level has none there. */
export function compileSpanValues(space: Space, query: AttributeValueQuery): string | undefined {
  const levels = query.level === undefined ? (['span', 'event', 'link'] as const) : [query.level];
  const values = levels.flatMap((level) => LEVEL_VALUES[level]?.(query.key) ?? []);
  if (values.length === 0) return undefined;
  return `SELECT value, count() AS n
FROM (
  SELECT arrayJoin(found) AS value FROM (
    SELECT arrayConcat(${values.join(', ')}) AS found
    FROM spans
    WHERE ${sampled(space, query)} AND notEmpty(found)
    ORDER BY bucket DESC
    LIMIT ${SAMPLE_SPANS}
  )
)
WHERE ${startsWith('value', query.prefix)}
GROUP BY value
ORDER BY n DESC, value
LIMIT ${quoteInteger(query.limit)}
${SEARCH_SETTINGS}`;
}

/** Resources or scopes that have the key, with its value. */
export function compileOriginValues(
  space: Space,
  fact: 'resource' | 'scope',
  query: AttributeValueQuery,
  limit: number,
): string {
  return `SELECT id, attr[${quoteText(query.key)}] AS value FROM catalog
WHERE ${inSpace(space)} AND fact = ${quoteText(fact)} AND has(mapKeys(attr), ${quoteText(query.key)})
  AND ${startsWith('value', query.prefix)}
LIMIT 1 BY id
LIMIT ${quoteInteger(limit)}`;
}

/** How many of the newest spans each of these resources or scopes has. */
export function compileOriginCounts(
  space: Space,
  fact: 'resource' | 'scope',
  ids: readonly bigint[],
  query: AttributeValueQuery,
): string {
  const column = `${fact}_id`;
  return `SELECT id, count() AS n
FROM (
  SELECT ${column} AS id
  FROM spans
  WHERE ${sampled(space, query)} AND ${column} IN (${ids.map(quoteInteger).join(', ')})
  ORDER BY bucket DESC
  LIMIT ${SAMPLE_SPANS}
)
GROUP BY id
${SEARCH_SETTINGS}`;
}

function sampled(space: Space, { window, service }: AttributeValueQuery): string {
  const ofService = service === undefined ? '' : ` AND service = ${quoteText(service)}`;
  const buckets = bucketsOf(window);
  return `${[inSpace(space), inBuckets(buckets), ...inWindow(window, buckets)].join(' AND ')}${ofService}`;
}

function valuesOf(map: string, key: string): string {
  return `arrayFilter((v, k) -> k = ${quoteText(key)}, mapValues(${map}), mapKeys(${map}))`;
}

function startsWith(expression: string, prefix: string | undefined): string {
  return prefix === undefined || prefix === '' ? '1' : `startsWith(${expression}, ${quoteText(prefix)})`;
}
