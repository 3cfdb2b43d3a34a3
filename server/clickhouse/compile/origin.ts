import type { Space } from '../../space/space.ts';
import { quoteInteger, quoteText, quoteTexts } from '../literal.ts';
import { FACT_MAP, compileEntry, entryValues, placesOf } from './attribute-leaf.ts';
import { compileText } from './comparison.ts';
import { catalogField } from './field-leaf.ts';
import { type Leaf, type Place, comparisonOf } from './leaf.ts';
import { inSpace } from './scope.ts';

/** Facts that spans refer to by an id. */
export type OriginFact = 'resource' | 'scope';

const ID_COLUMNS: Readonly<Record<OriginFact, string>> = { resource: 'resource_id', scope: 'scope_id' };

/** More ids than this are not written into a statement: it asks the catalog itself. */
export const MAX_IDS = 1000;

/** Which facts a leaf may be about; none if it is about the span's own row alone. */
export function originFacts(leaf: Leaf): readonly OriginFact[] {
  if (leaf.kind === 'field') {
    const field = catalogField(leaf.field);
    return field === undefined ? [] : [field.fact];
  }
  if (leaf.level === undefined) return ['resource', 'scope'];
  return leaf.level === 'resource' || leaf.level === 'scope' ? [leaf.level] : [];
}

/** A key has a fact for each place, and one more may say that the list of keys is cut. */
const MAX_KEY_FACTS = 8;

/**
 * What the catalog knows of the leaf: the resources and scopes for which it holds, its denial aside, one more than are
 * written into a statement; the places where its key has stood, and whether the list of keys is cut. These first, so that
 * the limit does not fall on them.
 */
export function compileLeafFacts(space: Space, leaf: Leaf): string {
  const facts = originFacts(leaf);
  const places = placesAsked(leaf);
  const origins = facts.length === 0 ? [] : [`(${isFact(facts)} AND ${compileFact(leaf)})`];
  const keys =
    leaf.kind === 'field' || places.length === 0
      ? []
      : [
          `(fact = 'key' AND name = ${quoteText(leaf.key)} AND level IN (${quoteTexts(places)}))`,
          `(fact = 'cut' AND name = 'keys')`,
        ];
  const either = [...origins, ...keys];
  return `SELECT DISTINCT fact, level, if(fact IN ('resource', 'scope'), id, 0) AS id FROM catalog
WHERE ${inSpace(space)} AND ${either.length === 1 ? either[0]! : `(${either.join(' OR ')})`}
ORDER BY fact DESC
LIMIT ${quoteInteger(MAX_IDS + MAX_KEY_FACTS)}`;
}

/** Whether the catalog knows anything of a leaf. */
export function hasFacts(leaf: Leaf): boolean {
  return originFacts(leaf).length > 0 || placesAsked(leaf).length > 0;
}

function placesAsked(leaf: Leaf): readonly Place[] {
  return leaf.kind === 'field' ? [] : placesOf(leaf);
}

/** Holds for the spans of these resources and scopes. */
export function compileOriginCondition(
  ids: Readonly<Record<OriginFact, readonly bigint[]>>,
): string | undefined {
  const parts = (['resource', 'scope'] as const)
    .filter((fact) => ids[fact].length > 0)
    .map((fact) => `${ID_COLUMNS[fact]} IN (${ids[fact].map(quoteInteger).join(', ')})`);
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : `(${parts.join(' OR ')})`;
}

/** The same where there are too many ids to write. Asked once for the whole cluster, since a shard has a part of the catalog. */
export function compileOriginSubquery(space: Space, leaf: Leaf): string {
  const parts = originFacts(leaf).map(
    (fact) =>
      `${ID_COLUMNS[fact]} GLOBAL IN (SELECT id FROM catalog WHERE ${factCondition(space, leaf, [fact])})`,
  );
  return `(${parts.join(' OR ')})`;
}

/**
 * The values that a span's resource or scope has of an attribute, as an array. They are written into the statement as a
 * constant, from which each row takes its own; as JSON, because `transform` takes no arrays for values.
 */
export function compileFactAttribute(space: Space, fact: OriginFact, key: string): string {
  const where = `AND has(mapKeys(attr), ${quoteText(key)})`;
  const found = compileFactLookup(space, fact, `toJSONString(${entryValues('attr', key)})`, where);
  return `JSONExtract(${found}, 'Array(String)')`;
}

/** What a column of the catalog says of a span's resource or scope. */
export function compileFactColumn(space: Space, fact: OriginFact, column: string): string {
  return compileFactLookup(space, fact, column, `AND ${column} != ''`);
}

function compileFactLookup(space: Space, fact: OriginFact, value: string, where: string): string {
  const pairs = `(SELECT (groupArray(fact_id), groupArray(fact_value)) FROM (
    SELECT id AS fact_id, any(${value}) AS fact_value FROM catalog
    WHERE ${inSpace(space)} AND ${isFact([fact])} ${where}
    GROUP BY id
  ))`;
  return `transform(${ID_COLUMNS[fact]}, ${pairs}.1, ${pairs}.2, '')`;
}

function factCondition(space: Space, leaf: Leaf, facts: readonly OriginFact[]): string {
  return `${inSpace(space)} AND ${isFact(facts)} AND ${compileFact(leaf)}`;
}

function isFact(facts: readonly OriginFact[]): string {
  return `fact IN (${quoteTexts(facts)})`;
}

function compileFact(leaf: Leaf): string {
  const comparison = comparisonOf(leaf);
  if (leaf.kind === 'attribute') return compileEntry(FACT_MAP, leaf.key, comparison);
  const { column } = catalogField(leaf.field)!;
  return comparison.comparator === 'exists' ? `${column} != ''` : compileText(column, comparison);
}
