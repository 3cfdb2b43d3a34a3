import type { DependencyGraphQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askDependencies } from './ask.ts';
import { presentDependencies } from './present.ts';

export const handleDependencyGraph: QueryHandler<DependencyGraphQuery> = async (query, asked, context) =>
  presentDependencies(await askDependencies(query, asked, context), asked.refId);
