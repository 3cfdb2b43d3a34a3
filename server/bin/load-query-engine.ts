import type { LoadQueryEngine } from '../plugin/query-engine.ts';

/** Arrow and the handlers, when the first query comes. */
export const loadQueryEngine: LoadQueryEngine = async () => {
  const [{ runQuery }, { encodeArrow }, { encodeJson }] = await Promise.all([
    import('../plugin/queries/run-query.ts'),
    import('../plugin/frames/encode-arrow.ts'),
    import('../plugin/frames/encode-json.ts'),
  ]);
  return { run: runQuery, encodeArrow, encodeJson };
};
