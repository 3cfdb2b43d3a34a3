import { Fault } from '../../errors/fault.ts';
import type { Condition } from '../../store/trace-store.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import { readFilter } from '../filter/parse-filter.ts';
import { showPattern } from '../filter/pattern.ts';
import { isBadPattern } from '../bad-pattern.ts';

const FIELD = 'filter';
/** A statement has its values several times, and the engine takes a quarter of a megabyte. */
const MAX_CHARACTERS = 1 << 14;

/** Far more than the calls that a filter may have inside each other; what is deeper cannot even be measured. */
const MAX_LEVELS = 500;

/** The filter of a question as a condition. */
export function parseQuestionFilter(json: unknown): Condition {
  if (isDeeper(json, MAX_LEVELS)) {
    throw new Fault('invalid', `filter may stand ${MAX_LEVELS} lists and objects deep at most`, {
      field: FIELD,
    });
  }
  if (JSON.stringify(json).length > MAX_CHARACTERS) {
    throw new Fault('invalid', `filter may have ${MAX_CHARACTERS} characters at most`, { field: FIELD });
  }
  try {
    return compileFilter(readFilter(json));
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
    throw new Fault('invalid', `filter: ${thrown.message}`, { field: FIELD, cause: thrown });
  }
}

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((inner) => isDeeper(inner, levels - 1));
}

/** What the store refuses of a question is a pattern in its filter, or its cursor: it alone knows which are any good. */
export async function namingFilter<Found>(ask: () => Promise<Found>): Promise<Found> {
  try {
    return await ask();
  } catch (thrown) {
    if (!isBadPattern(thrown)) throw thrown;
    throw new Fault('invalid', `filter: ${showPattern(thrown.message)}`, { field: FIELD, cause: thrown });
  }
}
