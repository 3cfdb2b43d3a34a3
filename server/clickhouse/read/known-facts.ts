import { decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { Call, Condition, Operand } from '../../store/trace-store.ts';
import { isThere } from '../compile/compared.ts';
import { leavesOf, operandsOf } from '../compile/condition.ts';
import type { Known, Leaf, LeafFacts, Place } from '../compile/leaf.ts';
import {
  MAX_IDS,
  type OriginFact,
  compileLeafFacts,
  compileOriginCondition,
  compileOriginSubquery,
  hasFacts,
} from '../compile/origin.ts';
import type { EngineReads } from '../engine/engine.ts';

/**
 * Asks the catalog which resources and scopes the leaves mean and where their keys stand: then few indexes are asked. Of
 * operands, which have them at all: that is what narrows a comparison of two.
 */
export async function readKnown(
  engine: EngineReads,
  space: Space,
  condition: Condition | undefined,
  call: Call,
): Promise<Known> {
  const asked = [...askedOf(condition)].filter(([, leaf]) => hasFacts(leaf));
  const facts = await Promise.all(asked.map(([, leaf]) => readFacts(engine, space, leaf, call)));
  const known = new Map(asked.map(([key], index) => [key, facts[index]!]));
  return (leaf) => known.get(leaf) ?? {};
}

/** What the catalog is to be asked about, under that by which the compiler asks for it. */
function askedOf(condition: Condition | undefined): ReadonlyMap<Leaf | Operand, Leaf> {
  if (condition === undefined) return new Map();
  return new Map<Leaf | Operand, Leaf>([
    ...leavesOf(condition).map((leaf) => [leaf, leaf] as const),
    ...operandsOf(condition).map((operand) => [operand, isThere(operand)] as const),
  ]);
}

async function readFacts(engine: EngineReads, space: Space, leaf: Leaf, call: Call): Promise<LeafFacts> {
  const ids: Record<OriginFact, bigint[]> = { resource: [], scope: [] };
  const places = new Set<Place>();
  let isCut = false;
  for (const block of decodeNative(await engine.read(compileLeafFacts(space, leaf), call))) {
    for (let row = 0; row < block.rows; row++) {
      const fact = block.column('fact').text(row);
      if (fact === 'key') places.add(block.column('level').text(row) as Place);
      else if (fact === 'cut') isCut = true;
      else ids[fact as OriginFact].push(block.column('id').bigint(row));
    }
  }
  const tooMany = ids.resource.length + ids.scope.length > MAX_IDS;
  const origin = tooMany ? compileOriginSubquery(space, leaf) : compileOriginCondition(ids);
  return { ...(origin === undefined ? {} : { origin }), ...(isCut ? {} : { places }) };
}
