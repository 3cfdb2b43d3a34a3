import { CoreApp } from '@grafana/data';
import { QUERY_VERSION } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** An alert rule needs numbers; everybody else starts with a search for the newest traces. */
export function defaultQuery(app: CoreApp): Partial<SpanhouseQuery> {
  if (app === CoreApp.CloudAlerting || app === CoreApp.UnifiedAlerting) {
    return { version: QUERY_VERSION, queryType: 'metrics', metric: 'errorRate', by: ['service'] };
  }
  return { version: QUERY_VERSION, queryType: 'search' };
}
