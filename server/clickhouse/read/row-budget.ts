import { Fault } from '../../errors/fault.ts';
import { ENGINE_CODES, engineCode } from '../engine/engine-fault.ts';
import type { EngineReads } from '../engine/engine.ts';

/** What somebody asked for, in the words of a refusal. */
export interface Asked {
  /** As the beginning of a sentence. */
  readonly what: string;
  /** What would make it read less, if anything does. */
  readonly narrow?: string;
}

const SETTING = 'SPANHOUSE_QUERY_MAX_ROWS';

/** The engine as a query has it: a statement that would read more rows than this is refused, in words about the query. */
export function withRowBudget(engine: EngineReads, maxRows: number, asked: Asked): EngineReads {
  const limits = { maxRows };
  return {
    async read(sql, call) {
      try {
        return await engine.read(sql, call, limits);
      } catch (thrown) {
        throw translate(thrown, maxRows, asked);
      }
    },
    async *stream(sql, call) {
      try {
        yield* engine.stream(sql, call, limits);
      } catch (thrown) {
        throw translate(thrown, maxRows, asked);
      }
    },
  };
}

function translate(thrown: unknown, maxRows: number, { what, narrow }: Asked): unknown {
  if (engineCode(thrown) !== ENGINE_CODES.tooManyRows) return thrown;
  const advice = narrow === undefined ? `raise ${SETTING}` : `${narrow}, or raise ${SETTING}`;
  const message = `${what} would read more than ${maxRows} rows: ${advice}`;
  return new Fault('too-large', message, { setting: SETTING, value: String(maxRows), cause: thrown });
}
