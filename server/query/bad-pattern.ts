import { Fault } from '../errors/fault.ts';

/** Whether the store refuses a regular expression. It refuses cursors in the same way. */
export function isBadPattern(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.code === 'invalid' && thrown.field !== 'cursor';
}
