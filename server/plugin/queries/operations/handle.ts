import type { OperationsQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askOperations } from './ask.ts';
import { presentOperations } from './present.ts';

export const handleOperations: QueryHandler<OperationsQuery> = async (query, { refId }, context) => [
  presentOperations(await askOperations(query, context), refId),
];
