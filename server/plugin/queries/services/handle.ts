import type { ServicesQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askServices } from './ask.ts';
import { presentServices } from './present.ts';

export const handleServices: QueryHandler<ServicesQuery> = async (_query, { refId }, context) => [
  presentServices(await askServices(context), refId),
];
