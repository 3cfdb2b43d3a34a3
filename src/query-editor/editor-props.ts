import type { TimeRange } from '@grafana/data';
import type { SpanhouseDataSource } from '../datasource.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** What the editor of a query type is given. */
export interface EditorProps {
  readonly datasource: SpanhouseDataSource;
  readonly query: SpanhouseQuery;
  readonly range?: TimeRange | undefined;
  /** Fields to change; the query is asked again. */
  readonly onEdit: (change: Partial<SpanhouseQuery>) => void;
}
