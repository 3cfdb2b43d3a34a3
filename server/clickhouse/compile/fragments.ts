import { OWNER_DIGITS, PLACE_SIZE, TRACE_ID_DIGITS, presentOwner, placeOf } from '../../columns/fragment.ts';
import type { Space } from '../../space/space.ts';
import type { SpanId, TraceId } from '../../span/span.ts';
import type { Deployment } from '../deployment.ts';
import { quoteInteger, quoteText, quoteTexts } from '../literal.ts';
import { compileDelete } from './deletes.ts';
import { inSpace } from './scope.ts';

const TRACE_ID = `substring(version, 1, ${TRACE_ID_DIGITS})`;
const OWNER = `substring(version, 1, ${OWNER_DIGITS})`;

/** The span that a fragment belongs to. */
export interface Owner {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
}

/** Holds for events and links at the places of these traces in the key, where those of others may stand too. */
function atPlaces(space: Space, traceIds: readonly TraceId[]): string {
  const places = new Set(traceIds.map((traceId) => placeOf(Buffer.from(traceId, 'hex'))));
  const quoted = [...places].map((place) => quoteInteger(place)).join(', ');
  // A quotient rises with what is divided: the key is searched by it, and the text stays short.
  return `${inSpace(space)} AND fact IN ('event', 'link') AND intDiv(id, ${quoteInteger(PLACE_SIZE)}) IN (${quoted})`;
}

/**
 * Events and links that came apart from these spans, each once, in no order, of each span as many of a kind as the limit
 * says. Nothing is sorted: of what is past the limit little is held at once.
 */
export function compileFragments(space: Space, owners: readonly Owner[], limit: number): string {
  const traceIds = owners.map(({ traceId }) => traceId);
  const texts = owners.map(({ traceId, spanId }) => presentOwner(traceId, spanId));
  return `SELECT fact, version, name, schema_url, attr, attr_types, dropped_attributes
FROM (
  SELECT fact, id, version, name, schema_url, attr, attr_types, dropped_attributes FROM catalog
  WHERE ${atPlaces(space, traceIds)}
    AND ${OWNER} IN (${quoteTexts(texts)})
  LIMIT 1 BY fact, id, version
)
LIMIT ${quoteInteger(limit)} BY fact, ${OWNER}`;
}

export function compileFragmentCount(space: Space, traceId: TraceId): string {
  return `SELECT count() AS n FROM catalog
WHERE ${ofTrace(space, traceId)}`;
}

export function compileDeleteFragments(space: Space, traceId: TraceId, deployment: Deployment): string {
  return compileDelete('catalog', ofTrace(space, traceId), deployment);
}

function ofTrace(space: Space, traceId: TraceId): string {
  return `${atPlaces(space, [traceId])} AND ${TRACE_ID} = ${quoteText(traceId)}`;
}
