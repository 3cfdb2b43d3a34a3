import { decodeAttributes } from '../../columns/attribute-text.ts';
import type { NativeColumn } from '../../columns/native-column.ts';
import type { Attributes } from '../../span/attribute.ts';

const NONE: Attributes = [];

/** The attributes of one row of a map column, and of the one of unique values where the level has two. */
export function attributesOf(
  row: number,
  types: NativeColumn,
  map: NativeColumn,
  uniqueMap?: NativeColumn,
): Attributes {
  const pattern = types.text(row);
  if (pattern === '') return NONE;
  return decodeAttributes(
    pattern,
    textsOf(map, map.keys, row),
    textsOf(map, map.values, row),
    uniqueMap === undefined ? [] : textsOf(uniqueMap, uniqueMap.keys, row),
    uniqueMap === undefined ? [] : textsOf(uniqueMap, uniqueMap.values, row),
  );
}

function textsOf(map: NativeColumn, texts: NativeColumn, row: number): string[] {
  const found: string[] = [];
  for (let at = map.from(row), to = map.to(row); at < to; at++) found.push(texts.text(at));
  return found;
}
