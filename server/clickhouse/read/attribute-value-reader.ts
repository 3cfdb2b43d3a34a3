import { decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { AttributeCount, AttributeValueQuery, Call } from '../../store/trace-store.ts';
import { compileOriginCounts, compileOriginValues, compileSpanValues } from '../compile/attribute-values.ts';
import type { OriginFact } from '../compile/origin.ts';
import type { EngineReads } from '../engine/engine.ts';

/** Resources or scopes whose spans are counted; a key of which there are more is no good for completion. */
const MAX_ORIGINS = 2_000;

/** Values of one attribute with how many spans of the sample have them, the most frequent first. */
export async function readAttributeValues(
  engine: EngineReads,
  space: Space,
  query: AttributeValueQuery,
  call: Call,
): Promise<AttributeCount[]> {
  const counts = new Map<string, number>();
  const add = (value: string, count: number): void => {
    counts.set(value, (counts.get(value) ?? 0) + count);
  };
  const sql = compileSpanValues(space, query);
  if (sql !== undefined) {
    for (const block of decodeNative(await engine.read(sql, call))) {
      for (let row = 0; row < block.rows; row++)
        add(block.column('value').text(row), block.column('n').number(row));
    }
  }
  for (const fact of ['resource', 'scope'] as const) {
    if (query.level !== undefined && query.level !== fact) continue;
    for (const [value, count] of await readOriginValues(engine, space, fact, query, call)) add(value, count);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, query.limit);
}

async function readOriginValues(
  engine: EngineReads,
  space: Space,
  fact: OriginFact,
  query: AttributeValueQuery,
  call: Call,
): Promise<[string, number][]> {
  const values = new Map<bigint, string>();
  for (const block of decodeNative(
    await engine.read(compileOriginValues(space, fact, query, MAX_ORIGINS), call),
  )) {
    for (let row = 0; row < block.rows; row++) {
      values.set(block.column('id').bigint(row), block.column('value').text(row));
    }
  }
  if (values.size === 0) return [];
  const counts = await engine.read(compileOriginCounts(space, fact, [...values.keys()], query), call);
  return decodeNative(counts).flatMap((block) =>
    Array.from({ length: block.rows }, (_, row): [string, number] => [
      values.get(block.column('id').bigint(row)) ?? '',
      block.column('n').number(row),
    ]),
  );
}
