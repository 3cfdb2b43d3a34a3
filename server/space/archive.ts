import type { Space } from './space.ts';

/** No client can name such a table: names have no `@`. */
const ENDING = '@archive';

/** Where traces of a space are kept past its retention. Only we may name it; it is in no list of spaces. */
export function archiveOf(space: Space): Space {
  return Object.freeze({ ...space, table: `${space.table}${ENDING}` });
}

export function isArchive(space: Space): boolean {
  return space.table.endsWith(ENDING);
}
