import type { Frame } from './frames/frame.ts';
import type { AskedQuery, QueryContext } from './queries/query-handler.ts';

/** What answers queries. It is large, so it is loaded when the first query comes, and not before the host is answered. */
export interface QueryEngine {
  run(asked: AskedQuery, context: QueryContext): Promise<readonly Frame[]>;
  encodeArrow(frame: Frame): Uint8Array;
  encodeJson(frame: Frame): Uint8Array;
}

export type LoadQueryEngine = () => Promise<QueryEngine>;
