import { Fault } from '../../errors/fault.ts';
import { isBadPattern } from '../bad-pattern.ts';
import { showPattern } from '../filter/pattern.ts';

export function refuseFilter(why: string): Fault {
  return new Fault('invalid', `malformed parameter query.filter: ${why}`, { field: 'query.filter' });
}

/** What the store refuses of a filter is a pattern: it alone knows which are. */
export async function namingFilter<Found>(find: () => Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (thrown) {
    throw isBadPattern(thrown) ? refuseFilter(showPattern(thrown.message)) : thrown;
  }
}
