import type { LogsQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askEvents } from './ask.ts';
import { presentEvents } from './present.ts';

export const handleLogs: QueryHandler<LogsQuery> = async (query, asked, context) => [
  presentEvents(await askEvents(query, asked, context), asked.refId, context.dataSource),
];
