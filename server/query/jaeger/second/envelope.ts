import type { Fault } from '../../../errors/fault.ts';
import { goString } from '../../go/go-json.ts';

/** What every failure looks like, as a whole body and as the last line of many. */
export function presentError({ kind, message }: Fault): string {
  return `{"error":{"httpCode":${kind.http},"message":${goString(message)}}}`;
}

/** The last line of a stream that is whole. */
export const END_LINE = '{"end":true}';
