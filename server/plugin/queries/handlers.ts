import type { QueryOfType } from '../../../src/contract/parse-query.ts';
import type { QueryType } from '../../../src/contract/query.ts';
import { handleAttributeKeys } from './attribute-keys/handle.ts';
import { handleAttributeValues } from './attribute-values/handle.ts';
import { handleDependencyGraph } from './dependency-graph/handle.ts';
import { handleLogs } from './logs/handle.ts';
import { handleMetrics } from './metrics/handle.ts';
import { handleOperations } from './operations/handle.ts';
import type { QueryHandler } from './query-handler.ts';
import { handleSearch } from './search/handle.ts';
import { handleServices } from './services/handle.ts';
import { handleSql } from './sql/handle.ts';
import { handleTrace } from './trace/handle.ts';

/** By type, so that one without a handler does not compile. */
export const HANDLERS: { readonly [Type in QueryType]: QueryHandler<QueryOfType<Type>> } = {
  search: handleSearch,
  trace: handleTrace,
  metrics: handleMetrics,
  dependencyGraph: handleDependencyGraph,
  services: handleServices,
  operations: handleOperations,
  attributeKeys: handleAttributeKeys,
  attributeValues: handleAttributeValues,
  logs: handleLogs,
  sql: handleSql,
};
