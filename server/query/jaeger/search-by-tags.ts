import { Fault } from '../../errors/fault.ts';
import type { Condition } from '../../store/trace-store.ts';
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

/** Whether the store refuses a regular expression. It refuses cursors in the same way. */
export function isBadPattern(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.code === 'invalid' && thrown.field !== 'cursor';
}
