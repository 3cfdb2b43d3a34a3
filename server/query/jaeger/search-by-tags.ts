import type { Condition } from '../../store/trace-store.ts';
import { isBadPattern } from '../bad-pattern.ts';
import { hasPattern, tagCondition } from './tag-condition.ts';

/**
 * Finds by flat tags. Values that look like regular expressions but are none (`a(b`) are looked for as they stand alone:
 * the store alone knows which are.
 */
export async function searchByTags<Found>(
  tags: Readonly<Record<string, string>>,
  { tagRegex }: { readonly tagRegex: boolean },
  find: (condition: Condition | undefined) => Promise<Found>,
): Promise<Found> {
  const plainly = (): Promise<Found> => find(tagCondition(tags, { regex: false }));
  if (!tagRegex || !hasPattern(tags)) return plainly();
  try {
    return await find(tagCondition(tags, { regex: true }));
  } catch (thrown) {
    if (!isBadPattern(thrown)) throw thrown;
    return plainly();
  }
}
