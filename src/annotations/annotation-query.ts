import { QUERY_VERSION } from '../contract/query.ts';
import { queryKind } from '../queries/query-kind.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

export const ANNOTATION_KINDS = ['errors', 'deploys', 'slow'] as const;
export type AnnotationKind = (typeof ANNOTATION_KINDS)[number];

const REF_ID = 'Annotation';
/** What most instrumentation says about the release that runs. */
export const DEPLOY_ATTRIBUTE = 'resource.service.version';
const SLOW = '1s';

/** An annotation is a query like any other: what it marks shows in its fields. */
export function annotationKind(query: SpanhouseQuery): AnnotationKind {
  if (queryKind(query) === 'metrics') return 'deploys';
  return query.minTraceDuration === undefined ? 'errors' : 'slow';
}

/** The query that marks something else in the same services. */
export function annotationQuery(kind: AnnotationKind, query: Partial<SpanhouseQuery> = {}): SpanhouseQuery {
  const { refId = REF_ID, service, filters, limit } = query;
  const kept = { refId, version: QUERY_VERSION, ...(service && { service }), ...(filters && { filters }) };
  switch (kind) {
    case 'errors':
      return { ...kept, queryType: 'search', rows: 'spans', status: 'error', limit: limit ?? 100 };
    case 'slow':
      return { ...kept, queryType: 'search', sort: 'duration', minTraceDuration: SLOW, limit: limit ?? 100 };
    case 'deploys':
      return { ...kept, queryType: 'metrics', metric: 'count', by: ['service', DEPLOY_ATTRIBUTE] };
  }
}

/** What follows the service in the grouping of a deploys annotation. */
export function deployAttribute(query: SpanhouseQuery): string {
  return query.by?.find((key) => key !== 'service') ?? DEPLOY_ATTRIBUTE;
}
