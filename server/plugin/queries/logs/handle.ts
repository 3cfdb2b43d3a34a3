import type { LogsQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askEvents, askEventsOfTrace, askVolume } from './ask.ts';
import { presentEvents } from './present.ts';
import { presentVolume } from './present-volume.ts';

export const handleLogs: QueryHandler<LogsQuery> = async (query, asked, context) => {
  if (query.volume) return presentVolume(await askVolume(query, asked, context), asked.refId);
  const { traceId } = query;
  const found =
    traceId === undefined ? await askEvents(query, asked, context) : await askEventsOfTrace(traceId, context);
  return [presentEvents(found, asked.refId, context.dataSource)];
};
