import { parseDuration } from '../contract/duration.ts';
import { parseFilterText } from '../contract/filter-text.ts';
import { QueryError } from '../contract/query-error.ts';
import { isTraceId } from '../contract/query-type.ts';
import { holdsVariable } from '../variables/expand.ts';

/*
 * What is wrong with a field, in a sentence; undefined where nothing is, or where only the dashboard knows.
 */

export function durationFlaw(text: string | undefined): string | undefined {
  return isOpen(text) ? undefined : flawOf(() => parseDuration(text!));
}

/** Of two bounds that exclude each other the upper one is marked. */
export function rangeFlaw(min: string | undefined, max: string | undefined): string | undefined {
  const own = durationFlaw(max);
  if (own !== undefined || isOpen(min) || isOpen(max) || durationFlaw(min) !== undefined) return own;
  return parseDuration(min!) > parseDuration(max!) ? `${max!} is below ${min!}, where it begins` : undefined;
}

export function limitFlaw(limit: number | string | undefined): string | undefined {
  const text = limit === undefined ? undefined : String(limit);
  if (isOpen(text) || (/^\d+$/.test(text!.trim()) && Number(text) > 0)) return undefined;
  return `"${text!}" is no limit: it must be a whole number above 0`;
}

export function traceIdFlaw(text: string | undefined): string | undefined {
  if (isOpen(text) || isTraceId(text!)) return undefined;
  return `"${text!}" is no trace id: it must be up to 32 hexadecimal digits`;
}

export function quantileFlaw(text: string): string | undefined {
  const number = Number(text);
  if (text.trim() !== '' && number > 0 && number < 1) return undefined;
  return `"${text}" is no quantile: it must be a number between 0 and 1, such as 0.95`;
}

export function keyFlaw(text: string | undefined): string | undefined {
  return text?.trim() ? undefined : 'Name an attribute';
}

export function textFlaw(text: string): string | undefined {
  return flawOf(() => parseFilterText(text));
}

function flawOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    return thrown.position === undefined
      ? thrown.message
      : `Character ${thrown.position + 1}: ${thrown.message}`;
  }
}

function isOpen(text: string | undefined): boolean {
  return text === undefined || text.trim() === '' || holdsVariable(text);
}
