import { QUERY_VERSION } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

export interface Example {
  readonly title: string;
  readonly explanation: string;
  readonly query: Omit<SpanhouseQuery, 'refId'>;
}

const search = { version: QUERY_VERSION, queryType: 'search', editor: 'text' } as const;
const metrics = { version: QUERY_VERSION, queryType: 'metrics' } as const;

/** Questions to begin with: each works in any space. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'Failed spans',
    explanation: 'The newest spans whose status is an error, one a row.',
    query: { ...search, text: 'status = error', rows: 'spans' },
  },
  {
    title: 'The longest traces',
    explanation: 'Traces that took more than a second from end to end, the longest first.',
    query: { ...search, text: 'traceDuration > 1s', sort: 'duration' },
  },
  {
    title: 'Failed or slow requests',
    explanation: 'Server spans with a status code from 500, or that took more than half a second.',
    query: { ...search, text: 'kind = server and (http.response.status_code >= 500 or duration > 500ms)' },
  },
  {
    title: 'An attribute by pattern',
    explanation: 'A regular expression matches from end to end; a level says where the attribute stands.',
    query: { ...search, text: 'resource.k8s.pod.name =~ "web-.*" and exists(http.route)' },
  },
  {
    title: 'Error rate by service',
    explanation: 'One series for each service, from 0 to 1: for a panel, or for an alert rule.',
    query: { ...metrics, metric: 'errorRate', by: ['service'] },
  },
  {
    title: 'Durations by operation',
    explanation: 'The 50th, 95th and 99th percentile of server spans in milliseconds.',
    query: {
      ...metrics,
      metric: 'duration',
      kind: 'server',
      by: ['operation'],
      quantiles: [0.5, 0.95, 0.99],
    },
  },
  {
    title: 'Who calls whom',
    explanation: 'Services and their calls, with rates, errors and durations: for the node graph.',
    query: { version: QUERY_VERSION, queryType: 'dependencyGraph' },
  },
];
