import type { KeptQuery } from '../../../src/contract/query.ts';
import type { DataSourceJson } from '../../../src/contract/settings.ts';
import type { Frame } from '../frames/frame.ts';
import type { Upstream } from '../instance/upstream.ts';

/** A query as the host sent it: what a dashboard keeps, and what the panel adds. */
export interface AskedQuery {
  readonly refId: string;
  readonly kept: KeptQuery;
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  readonly maxDataPoints: number;
}

/** Of whom it is asked, and for how long. */
export interface QueryContext {
  readonly upstream: Upstream;
  readonly dataSource: {
    readonly uid: string;
    readonly name: string;
    readonly json: DataSourceJson;
  };
  readonly signal: AbortSignal;
}

/** Throws UpstreamError for what the server did, QueryFault for what the query or the server cannot. */
export type QueryHandler<Query> = (
  query: Query,
  asked: AskedQuery,
  context: QueryContext,
) => Promise<readonly Frame[]>;
