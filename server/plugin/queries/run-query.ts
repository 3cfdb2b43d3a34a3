import { type PluginQuery, parseQuery } from '../../../src/contract/parse-query.ts';
import { QueryError } from '../../../src/contract/query-error.ts';
import { Fault } from '../../errors/fault.ts';
import type { Frame } from '../frames/frame.ts';
import { HANDLERS } from './handlers.ts';
import type { AskedQuery, QueryContext, QueryHandler } from './query-handler.ts';

/** Frames of a query of any type. Throws Fault for what the query or the server cannot, UpstreamError for what failed. */
export async function runQuery(asked: AskedQuery, context: QueryContext): Promise<readonly Frame[]> {
  const query = parsed(asked.kept);
  const handle = HANDLERS[query.type] as QueryHandler<PluginQuery>;
  return handle(query, asked, context);
}

function parsed(kept: unknown): PluginQuery {
  try {
    return parseQuery(kept);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    const { message, field } = thrown;
    throw new Fault('invalid', message, field === undefined ? {} : { field });
  }
}
