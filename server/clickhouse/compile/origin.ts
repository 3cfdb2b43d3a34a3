import type { Space } from '../../space/space.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { type Leaf, comparisonOf, compileEntry } from './condition.ts';
import { compileText } from './comparison.ts';
import { inSpace } from './scope.ts';

/** Facts that spans refer to by an id. */
export type OriginFact = 'resource' | 'scope';

const ID_COLUMNS: Readonly<Record<OriginFact, string>> = { resource: 'resource_id', scope: 'scope_id' };

/** More ids than this are not written into a statement: it asks the catalog itself. */
export const MAX_IDS = 1000;

/** Which facts a leaf may be about; none if it is about the span's own row alone. */
export function originFacts(leaf: Leaf): readonly OriginFact[] {
  if (leaf.kind === 'field') {
    return leaf.field === 'scope-name' || leaf.field === 'scope-version' ? ['scope'] : [];
  }
  if (leaf.level === undefined) return ['resource', 'scope'];
  return leaf.level === 'resource' || leaf.level === 'scope' ? [leaf.level] : [];
}

/** Ids of the facts for which the leaf holds, its denial aside; one more than are written into a statement. */
export function compileOriginIds(space: Space, leaf: Leaf): string {
  return `SELECT DISTINCT fact, id FROM catalog
WHERE ${factCondition(space, leaf, originFacts(leaf))}
LIMIT ${quoteInteger(MAX_IDS + 1)}`;
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

function factCondition(space: Space, leaf: Leaf, facts: readonly OriginFact[]): string {
  const among = facts.map(quoteText).join(', ');
  return `${inSpace(space)} AND fact IN (${among}) AND ${compileFact(leaf)}`;
}

function compileFact(leaf: Leaf): string {
  const comparison = comparisonOf(leaf);
  if (leaf.kind === 'attribute') return compileEntry('attr', leaf.key, comparison);
  const column = leaf.field === 'scope-name' ? 'name' : 'version';
  return comparison.comparator === 'exists' ? `${column} != ''` : compileText(column, comparison);
}
