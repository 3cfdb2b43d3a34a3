import type { SearchQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askSpans, askTraces } from './ask.ts';
import { presentSpans, presentTraces } from './present.ts';

export const handleSearch: QueryHandler<SearchQuery> = async (query, asked, context) => {
  const facts = { refId: asked.refId, dataSource: context.dataSource, columns: query.columns };
  if (query.rows === 'traces') return [presentTraces(await askTraces(query, asked, context), facts)];
  return [presentSpans(await askSpans(query, asked, context), facts)];
};
