import type { TraceId } from '../../../span/span.ts';
import { goString } from '../../go/go-json.ts';
import { presentTraceId } from './present-references.ts';

/** What is told of one thing that went wrong. */
export interface EnvelopeError {
  readonly code?: number;
  readonly msg: string;
  readonly traceId?: TraceId;
}

/** What stands behind the data. */
export interface EnvelopeEnd {
  readonly total?: number;
  readonly errors?: readonly EnvelopeError[];
  /** Of the next page, null where there is none; written at all only for clients that know it. */
  readonly cursor?: string | null;
  /** Among how many of the newest traces the data was chosen; written only where more match than could be ranked. */
  readonly ranked?: number;
}

/** A whole envelope around data that is JSON already. */
export function presentEnvelope(dataJson: string, end: EnvelopeEnd = {}): string {
  return `${OPENING}${dataJson}${presentEnvelopeEnd(end)}`;
}

/** The envelope of a refusal: without data. */
export function presentErrorEnvelope(status: number, message: string): string {
  return presentEnvelope('null', { errors: [{ code: status, msg: message }] });
}

/** What comes before the data. */
export const OPENING = '{"data":';

/** What comes after the data, of which nothing need be known before. */
export function presentEnvelopeEnd({ total = 0, errors, cursor, ranked }: EnvelopeEnd): string {
  const list = errors === undefined ? 'null' : `[${errors.map(presentError).join(',')}]`;
  const next = cursor === undefined ? '' : `,"cursor":${cursor === null ? 'null' : goString(cursor)}`;
  const among = ranked === undefined ? '' : `,"ranked":${ranked}`;
  return `,"total":${total},"limit":0,"offset":0,"errors":${list}${next}${among}}`;
}

function presentError({ code, msg, traceId }: EnvelopeError): string {
  const before = code === undefined ? '' : `"code":${code},`;
  const after = traceId === undefined ? '' : `,"traceID":${goString(presentTraceId(traceId))}`;
  return `{${before}"msg":${goString(msg)}${after}}`;
}
