import type { Database } from '../database.ts';
import type { Load } from './loads.ts';
import type { Needle } from './queries.ts';

/** Picks what the queries look for out of the rows themselves: a trace from the middle, values of known frequency. */
export async function findNeedle(database: Database, load: Load): Promise<Needle> {
  const { middle, lastSecond } = await database.row<{ middle: string; lastSecond: number }>(
    `SELECT toString(fromUnixTimestamp64Nano(intDiv(toUnixTimestamp64Nano(min(start)) + toUnixTimestamp64Nano(max(start)), 2), 'UTC')) AS middle,
            toUInt32(max(start)) AS lastSecond FROM spans`,
  );
  const trace = await database.row<{
    traceId: string;
    bucket: number;
    attr: Record<string, string>;
    unique: string;
  }>(
    `SELECT hex(trace_id) AS traceId, bucket, attr, if(mapContains(attr, 'request.id'), attr['request.id'], attr_u['request.id']) AS unique
     FROM spans WHERE start >= '${middle}' AND parent_span_id = toFixedString('', 8) ORDER BY start LIMIT 1`,
  );
  const [key, value] = Object.entries(trace.attr)[0]!;
  const first = load.name === 'first';
  return {
    lastSecond,
    traceId: trace.traceId,
    bucket: trace.bucket,
    common: first ? 'http.response.status_code=500' : `${key}=${value}`,
    nineThousand: first ? `customer.id=${trace.attr['customer.id'] ?? ''}` : `${key}=${value}`,
    rare: first ? `request.id=${trace.unique}` : `${key}=${value}`,
  };
}
