import { Fault } from '../../errors/fault.ts';
import type { TraceId } from '../../span/span.ts';

/** As many as an eKuiper keeps in memory, by its own default: it lists all that it has unless it is told how many. */
const TRACES_UNLESS_TOLD = 2_048;
/** Ids are held until they are answered. */
const MAX_TRACES = 10_000;
const SHOWN_CHARACTERS = 80;

/** Up to 32 hex digits. To eKuiper an id is any text, so one that cannot be is not found. */
export function parseTraceId(text: string): TraceId {
  if (/^[0-9a-f]{1,32}$/i.test(text)) return text.toLowerCase().padStart(32, '0') as TraceId;
  const shown = text.slice(0, SHOWN_CHARACTERS);
  const message = `there is no trace ${JSON.stringify(shown)}: an id is 1 to 32 hex digits`;
  throw new Fault('not-found', message, { field: 'id', value: shown });
}

/** What is no positive number means no limit, to eKuiper. */
export function parseLimit(url: string): number {
  const at = url.indexOf('?');
  const text = new URLSearchParams(at < 0 ? '' : url.slice(at + 1)).get('limit') ?? '';
  const limit = /^\+?\d+$/.test(text) ? Number(text) : 0;
  return limit < 1 ? TRACES_UNLESS_TOLD : Math.min(limit, MAX_TRACES);
}
