import { Fault } from '../../errors/fault.ts';
import type { Call, Condition } from '../../store/trace-store.ts';
import { anchored, proveRegex } from '../compile/comparison.ts';
import { leavesOf } from '../compile/condition.ts';
import { comparisonOf } from '../compile/leaf.ts';
import { ENGINE_CODES, engineCode } from '../engine/engine-fault.ts';
import type { EngineReads } from '../engine/engine.ts';
import { quoteText } from '../literal.ts';

/**
 * Runs a search; when the engine refuses a pattern in it, finds out which and says so. The engine alone knows what RE2
 * takes, and its refusal does not tell which of several patterns it means.
 */
export async function namingBadRegex<T>(
  engine: EngineReads,
  condition: Condition | undefined,
  call: Call,
  search: () => Promise<T>,
): Promise<T> {
  try {
    return await search();
  } catch (thrown) {
    if (condition === undefined || !isBadRegex(thrown)) throw thrown;
    throw await blame(engine, condition, call, thrown);
  }
}

async function blame(
  engine: EngineReads,
  condition: Condition,
  call: Call,
  refusal: unknown,
): Promise<unknown> {
  for (const { comparator, field, value } of leavesOf(condition).map(comparisonOf)) {
    if (comparator !== 'regex') continue;
    try {
      await engine.read(`SELECT ${proveRegex(value)}, match('', ${quoteText(anchored(value))})`, call);
    } catch (cause) {
      if (!isBadRegex(cause)) return cause;
      return new Fault(
        'invalid',
        `${field}: ${JSON.stringify(value)} is no regular expression in RE2's syntax`,
        {
          field,
          value,
          cause,
        },
      );
    }
  }
  return refusal;
}

function isBadRegex(thrown: unknown): boolean {
  return engineCode(thrown) === ENGINE_CODES.cannotCompileRegexp;
}
