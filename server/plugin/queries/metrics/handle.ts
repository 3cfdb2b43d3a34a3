import type { MetricsQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askMetrics } from './ask.ts';
import { presentMetrics } from './present.ts';

export const handleMetrics: QueryHandler<MetricsQuery> = async (query, asked, context) =>
  presentMetrics(await askMetrics(query, asked, context), query.metric, asked.refId);
